import { useSchema } from '../../SchemaContext';
import { ReferenceChip } from '../reference/ReferenceChip';
import { useReferencedRecords } from '../reference/useReferences';
import type { FieldViewProps } from '../types';

export function Show({ field, value }: FieldViewProps) {
  const schema = useSchema();
  const to = field.resource ?? '';
  const rows = useReferencedRecords(
    schema.may('get', to) ? schema.find(to) : undefined,
    Array.isArray(value) ? value.map(String) : [],
  );
  return rows.length > 0 ? (
    <span className="chips">
      {rows.map((row) => (
        <ReferenceChip key={row.id} to={to} row={row} />
      ))}
    </span>
  ) : (
    <span className="muted">–</span>
  );
}
