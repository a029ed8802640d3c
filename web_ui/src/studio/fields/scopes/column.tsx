import type { FieldViewProps } from '../types';

export function Column({ value }: FieldViewProps) {
  const scopes = Array.isArray(value) ? value.map(String) : [];
  if (scopes.length === 0) return <span className="muted">–</span>;
  return (
    <span className="chips">
      <code className="chip mono">{scopes[0]}</code>
      {scopes.length > 1 && (
        <span className="chip num" title={scopes.slice(1).join(', ')}>
          +{scopes.length - 1}
        </span>
      )}
    </span>
  );
}
