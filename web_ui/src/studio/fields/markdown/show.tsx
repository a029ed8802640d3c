import type { FieldViewProps } from '../types';

/** Shows the paragraphs as typed; Markdown is not rendered. */
export function Show({ value }: FieldViewProps) {
  if (!value) return <span className="muted">–</span>;
  return (
    <div className="prose" dir="auto">
      {String(value)
        .split(/\n{2,}/)
        .map((part, i) => (
          <p key={i}>{part}</p>
        ))}
    </div>
  );
}
