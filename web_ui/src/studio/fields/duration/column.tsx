import { formatClock, formatSpan } from '../../ui/format';
import type { FieldViewProps } from '../types';

export function Column({ value }: FieldViewProps) {
  return typeof value === 'number' ? (
    <span className="num" title={formatSpan(value)}>
      {formatClock(value)}
    </span>
  ) : (
    <span className="muted">–</span>
  );
}
