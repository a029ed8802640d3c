import type { FieldViewProps } from '../types';

export function Column({ value }: FieldViewProps) {
  const entries = Object.entries((value ?? {}) as Record<string, string>);
  if (entries.length === 0) return <span className="muted">–</span>;
  return (
    <span className="chips">
      {entries.map(([key, text]) => (
        <code key={key} className="chip mono">
          {key}: {text}
        </code>
      ))}
    </span>
  );
}
