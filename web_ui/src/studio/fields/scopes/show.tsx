import type { FieldViewProps } from '../types';

export function Show({ value }: FieldViewProps) {
  return (
    <span className="chips">
      {(Array.isArray(value) ? value.map(String) : []).map((s) => (
        <code key={s} className="chip mono">
          {s}
        </code>
      ))}
    </span>
  );
}
