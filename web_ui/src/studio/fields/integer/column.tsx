import { number } from '../../ui/format';
import type { Shown } from '../types';

export function Column({ value }: Shown) {
  return typeof value === 'number' ? <span className="num">{number(value)}</span> : <span className="muted">–</span>;
}
