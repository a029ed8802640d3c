import { clock, span } from '../../ui/format';
import type { Shown } from '../types';

export function Column({ value }: Shown) {
  return typeof value === 'number' ? (
    <span className="num" title={span(value)}>
      {clock(value)}
    </span>
  ) : (
    <span className="muted">–</span>
  );
}
