import { fieldLabel } from '../../i18n/labels';
import { languageName } from '../../ui/format';
import type { FieldViewProps } from '../types';

export function Show({ value, resource }: FieldViewProps) {
  const entries = Object.entries((value ?? {}) as Record<string, Record<string, string>>);
  if (entries.length === 0) return <span className="muted">–</span>;
  return (
    <div className="stack">
      {entries.map(([tag, words]) => (
        <div key={tag}>
          <h3 className="sub">{languageName(tag)}</h3>
          <dl className="facts">
            {Object.entries(words).map(([name, text]) => {
              const field = resource.fields.find((f) => f.name === name);
              return (
                <div key={name}>
                  <dt>{field ? fieldLabel(field, resource) : name}</dt>
                  <dd lang={tag} dir="auto">
                    {text}
                  </dd>
                </div>
              );
            })}
          </dl>
        </div>
      ))}
    </div>
  );
}
