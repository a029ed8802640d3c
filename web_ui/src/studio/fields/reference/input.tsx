import { useSchema } from '../../SchemaContext';
import { FieldLayout } from '../FieldLayout';
import { Input as Text } from '../text/input';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';
import { ReferencePicker } from './ReferencePicker';
import { useReferencedRecords } from './useReferences';

function ReferenceInput(entered: FieldInputProps) {
  const target = useSchema().find(entered.field.resource ?? '')!;
  const { props, id, error, field } = useField(entered);
  const [row] = useReferencedRecords(target, field.value ? [String(field.value)] : []);
  return (
    <FieldLayout {...entered} id={id} error={error}>
      <ReferencePicker
        id={id}
        resource={target}
        value={row ?? null}
        onChange={(next) => field.onChange(next?.id ?? null)}
        describedBy={props['aria-describedby']}
        invalid={Boolean(error)}
        autoFocus={entered.autoFocus}
      />
    </FieldLayout>
  );
}

/** A text input for the id if the user may not list the referenced resource. */
export function Input(entered: FieldInputProps) {
  const schema = useSchema();
  return schema.may('list', entered.field.resource ?? '') ? (
    <ReferenceInput {...entered} />
  ) : (
    <Text {...entered} mono />
  );
}
