import { fieldHelp, fieldLabel } from '../../i18n/labels';
import { describedByIds, errorText } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';

export function Input(entered: FieldInputProps) {
  const { field, resource } = entered;
  const { id, error, field: control } = useField(entered);
  return (
    <div className="field">
      <label className="check">
        <input
          type="checkbox"
          // biome-ignore lint/a11y/useAriaPropsForRole: a checkbox exposes its checked state.
          role="switch"
          id={id}
          name={control.name}
          ref={control.ref}
          checked={Boolean(control.value)}
          onBlur={control.onBlur}
          onChange={(e) => control.onChange(e.target.checked)}
          aria-describedby={describedByIds(id, field, error)}
        />
        <span>{fieldLabel(field, resource)}</span>
      </label>
      {error && (
        <p className="field-error" id={`${id}-error`}>
          {errorText(error)}
        </p>
      )}
      {field.help && (
        <p className="field-help" id={`${id}-help`}>
          {fieldHelp(field, resource)}
        </p>
      )}
    </div>
  );
}
