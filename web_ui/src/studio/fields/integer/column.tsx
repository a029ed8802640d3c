import { formatNumber } from '../../ui/format';
import type { FieldViewProps } from '../types';

export function Column({ value }: FieldViewProps) {
  return typeof value === 'number' ? (
    <span className="num">{formatNumber(value)}</span>
  ) : (
    <span className="muted">–</span>
  );
}
