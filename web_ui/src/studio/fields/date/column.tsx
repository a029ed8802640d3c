import { formatDate } from '../../ui/format';
import type { FieldViewProps } from '../types';

export function Column({ value }: FieldViewProps) {
  return typeof value === 'string' ? (
    <time dateTime={value} className="num">
      {formatDate(value)}
    </time>
  ) : (
    <span className="muted">–</span>
  );
}
