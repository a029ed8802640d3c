import type { Row } from '../../api/schema';
import { ReferenceChip } from '../reference/ReferenceChip';
import type { FieldViewProps } from '../types';

export function Column({ field, record, value }: FieldViewProps) {
  const ids = Array.isArray(value) ? value.map(String) : [];
  if (ids.length === 0) return <span className="muted">–</span>;
  const expanded = (record.expanded as Record<string, Row[]> | undefined)?.[field.name] ?? [];
  const rows = ids.map((id) => expanded.find((r) => r.id === id) ?? { id });
  return (
    <span className="chips">
      {rows.slice(0, 2).map((row) => (
        <ReferenceChip key={row.id} to={field.resource ?? ''} row={row} />
      ))}
      {rows.length > 2 && <span className="chip num">+{rows.length - 2}</span>}
    </span>
  );
}
