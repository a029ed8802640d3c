import { FieldLayout } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';

export function Input(entered: FieldInputProps & { step?: string }) {
  const { props, id, error, field } = useField(entered);
  return (
    <FieldLayout {...entered} id={id} error={error}>
      <input
        {...props}
        type="number"
        step={entered.step ?? '1'}
        className="control num short"
        onChange={(e) => field.onChange(e.target.value === '' ? null : Number(e.target.value))}
      />
    </FieldLayout>
  );
}
