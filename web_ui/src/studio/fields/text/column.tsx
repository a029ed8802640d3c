import type { FieldViewProps } from '../types';

export function Column({ value }: FieldViewProps) {
  return value === null || value === undefined || value === '' ? (
    <span className="muted">–</span>
  ) : (
    <span dir="auto">{String(value)}</span>
  );
}
