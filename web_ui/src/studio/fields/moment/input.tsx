import { FieldLayout } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';
import { fromLocal, toLocal } from './localTime';

export function Input(entered: FieldInputProps) {
  const { props, id, error, field } = useField(entered);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <FieldLayout {...entered} id={id} error={error} extra={<span className="muted">{zone}</span>}>
      <input
        {...props}
        type="datetime-local"
        className="control num"
        value={toLocal(field.value as string)}
        onChange={(e) => field.onChange(fromLocal(e.target.value))}
      />
    </FieldLayout>
  );
}
