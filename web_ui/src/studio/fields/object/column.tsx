import type { Shown } from '../types';

export function Column({ value }: Shown) {
  return <code className="mono clip">{value === null || value === undefined ? '–' : JSON.stringify(value)}</code>;
}
