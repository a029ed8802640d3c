import type { FieldViewProps } from '../types';

export function Column({ value }: FieldViewProps) {
  return typeof value === 'string' ? (
    <span className="swatch">
      <i style={{ background: value }} aria-hidden="true" />
      <code className="mono">{value}</code>
    </span>
  ) : (
    <span className="muted">–</span>
  );
}
