import { useSchema } from '../../SchemaContext';
import type { FieldViewProps } from '../types';
import { ReferenceChip } from './ReferenceChip';
import { useReferencedRecords } from './useReferences';

export function Show({ field, value }: FieldViewProps) {
  const schema = useSchema();
  const to = field.resource ?? '';
  const [row] = useReferencedRecords(
    schema.may('get', to) ? schema.find(to) : undefined,
    typeof value === 'string' ? [value] : [],
  );
  return row ? <ReferenceChip to={to} row={row} /> : <span className="muted">–</span>;
}
