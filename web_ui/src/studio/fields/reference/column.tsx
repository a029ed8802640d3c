import type { Row } from '../../api/schema';
import type { FieldViewProps } from '../types';
import { ReferenceChip } from './ReferenceChip';

export function Column({ field, record, value }: FieldViewProps) {
  if (typeof value !== 'string') return <span className="muted">–</span>;
  const expanded = (record.expanded as Record<string, Row | null> | undefined)?.[field.name];
  return <ReferenceChip to={field.resource ?? ''} row={expanded ?? { id: value }} />;
}
