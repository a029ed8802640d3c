import { day } from '../../ui/format';
import type { Shown } from '../types';

export function Column({ value }: Shown) {
  return typeof value === 'string' ? (
    <time dateTime={value} className="num">
      {day(value)}
    </time>
  ) : (
    <span className="muted">–</span>
  );
}
