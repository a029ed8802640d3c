import { useSchema } from '../../SchemaContext';
import { Labelled } from '../Labelled';
import { Input as Text } from '../text/input';
import type { Entered } from '../types';
import { useField } from '../useField';
import { Pick } from './ReferencePicker';
import { useChosen } from './useReferences';

function Picked(entered: Entered) {
  const target = useSchema().find(entered.field.resource ?? '')!;
  const { props, id, error, field } = useField(entered);
  const [row] = useChosen(target, field.value ? [String(field.value)] : []);
  return (
    <Labelled {...entered} id={id} error={error}>
      <Pick
        id={id}
        resource={target}
        value={row ?? null}
        onChange={(next) => field.onChange(next?.id ?? null)}
        described={props['aria-describedby']}
        invalid={Boolean(error)}
        autoFocus={entered.autoFocus}
      />
    </Labelled>
  );
}

/** Where the reader may not list what is referred to, the id itself is typed. */
export function Input(entered: Entered) {
  const schema = useSchema();
  return schema.may('list', entered.field.resource ?? '') ? <Picked {...entered} /> : <Text {...entered} mono />;
}
