import { optionLabel } from '../../i18n/labels';
import { FieldLayout } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';

export function Input(entered: FieldInputProps) {
  const { props, id, error } = useField(entered);
  const { field } = entered;
  return (
    <FieldLayout {...entered} id={id} error={error}>
      <select {...props} className="control">
        {(!field.required || !props.value) && <option value="">–</option>}
        {field.options?.map((o) => (
          <option key={o.value} value={o.value}>
            {optionLabel(field, o)}
          </option>
        ))}
      </select>
    </FieldLayout>
  );
}
