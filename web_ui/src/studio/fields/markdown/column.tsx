import type { Shown } from '../types';

export function Column({ value }: Shown) {
  return (
    <span className="clip" dir="auto">
      {value ? String(value) : '–'}
    </span>
  );
}
