import { languageName } from '../../ui/format';
import type { Shown } from '../types';

export function Column({ value }: Shown) {
  return typeof value === 'string' ? (
    <span title={value}>{languageName(value)}</span>
  ) : (
    <span className="muted">–</span>
  );
}
