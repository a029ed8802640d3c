import type { Shown } from '../types';

export function Column({ value }: Shown) {
  return value === null || value === undefined || value === '' ? (
    <span className="muted">–</span>
  ) : (
    <span dir="auto">{String(value)}</span>
  );
}
