import { Labelled } from '../Labelled';
import type { Entered } from '../types';
import { useField } from '../useField';

export function Input(entered: Entered) {
  const { props, id, error } = useField(entered);
  const length = String(props.value ?? '').length;
  const { max_length: most } = entered.field;
  return (
    <Labelled
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
    </Labelled>
  );
}
