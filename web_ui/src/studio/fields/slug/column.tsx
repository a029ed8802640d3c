import type { FieldViewProps } from '../types';

export function Column({ value }: FieldViewProps) {
  return value ? <code className="mono">{String(value)}</code> : <span className="muted">–</span>;
}
