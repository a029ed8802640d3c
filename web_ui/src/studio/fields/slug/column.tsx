import type { Shown } from '../types';

export function Column({ value }: Shown) {
  return value ? <code className="mono">{String(value)}</code> : <span className="muted">–</span>;
}
