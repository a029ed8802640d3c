import { languageName } from '../../ui/format';
import type { FieldViewProps } from '../types';

export function Column({ value }: FieldViewProps) {
  const tags = Object.keys((value ?? {}) as object);
  return tags.length ? (
    <span className="chips">
      {tags.map((tag) => (
        <code key={tag} className="chip mono" title={languageName(tag)}>
          {tag}
        </code>
      ))}
    </span>
  ) : (
    <span className="muted">–</span>
  );
}
