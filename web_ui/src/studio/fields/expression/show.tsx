import type { FieldViewProps } from '../types';

export function Show({ value }: FieldViewProps) {
  return value ? <pre className="expression">{String(value)}</pre> : <span className="muted">–</span>;
}
