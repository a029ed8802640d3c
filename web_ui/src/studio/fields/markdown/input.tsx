import { FieldLayout } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';

export function Input(entered: FieldInputProps) {
  const { props, id, error } = useField(entered);
  const length = String(props.value ?? '').length;
  const { max_length: most } = entered.field;
  return (
    <FieldLayout
      {...entered}
      id={id}
      error={error}
      extra={
        most && length > most * 0.8 ? (
          <span className="muted num">
            {length} / {most}
          </span>
        ) : null
      }
    >
      <textarea {...props} rows={5} dir="auto" className="control" />
    </FieldLayout>
  );
}
