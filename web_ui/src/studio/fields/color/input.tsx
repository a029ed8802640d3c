import { FieldLayout } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { fieldLabel } from '../../i18n/labels';
import { useField } from '../useField';

export function Input(entered: FieldInputProps) {
  const { props, id, error, field } = useField(entered);
  const value = typeof field.value === 'string' ? field.value : '';
  const valid = /^#[0-9a-f]{6}$/i.test(value);
  return (
    <FieldLayout {...entered} id={id} error={error}>
      <div className="color">
        <span className={valid ? 'color-swatch' : 'color-swatch color-none'}>
          <input
            type="color"
            value={valid ? value : '#808080'}
            aria-label={fieldLabel(entered.field, entered.resource)}
            onChange={(e) => field.onChange(e.target.value.toLowerCase())}
          />
        </span>
        <input
          {...props}
          className="control mono short"
          placeholder="#1f5fe0"
          onChange={(e) => field.onChange(e.target.value.toLowerCase() || null)}
        />
      </div>
    </FieldLayout>
  );
}
