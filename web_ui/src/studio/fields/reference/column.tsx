import type { Row } from '../../api/schema';
import type { Shown } from '../types';
import { Chip } from './ReferenceChip';

export function Column({ field, record, value }: Shown) {
  if (typeof value !== 'string') return <span className="muted">–</span>;
  const expanded = (record.expanded as Record<string, Row | null> | undefined)?.[field.name];
  return <Chip to={field.resource ?? ''} row={expanded ?? { id: value }} />;
}
