import { useSchema } from '../../SchemaContext';
import { Chip } from '../reference/ReferenceChip';
import { useChosen } from '../reference/useReferences';
import type { Shown } from '../types';

export function Show({ field, value }: Shown) {
  const schema = useSchema();
  const to = field.resource ?? '';
  const rows = useChosen(
    schema.may('get', to) ? schema.find(to) : undefined,
    Array.isArray(value) ? value.map(String) : [],
  );
  return rows.length > 0 ? (
    <span className="chips">
      {rows.map((row) => (
        <Chip key={row.id} to={to} row={row} />
      ))}
    </span>
  ) : (
    <span className="muted">–</span>
  );
}
