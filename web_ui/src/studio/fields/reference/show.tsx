import { useSchema } from '../../SchemaContext';
import type { Shown } from '../types';
import { Chip } from './ReferenceChip';
import { useChosen } from './useReferences';

export function Show({ field, value }: Shown) {
  const schema = useSchema();
  const to = field.resource ?? '';
  const [row] = useChosen(
    schema.may('get', to) ? schema.find(to) : undefined,
    typeof value === 'string' ? [value] : [],
  );
  return row ? <Chip to={to} row={row} /> : <span className="muted">–</span>;
}
