import type { Field } from '../api/schema';
import { optionLabel, resourcePlural } from '../i18n/labels';
import { useSchema } from '../SchemaContext';
import { groupOptions } from './groups';

/** The chosen events, each group with its name. */
export function EventGroups({ field, values }: { field: Field; values: readonly string[] }) {
  const schema = useSchema();
  const options = values.map((v) => field.options?.find((o) => o.value === v) ?? { value: v, label: v });
  return (
    <dl className="event-groups">
      {groupOptions(options).map(([name, group]) => {
        const resource = schema.find(name);
        return (
          <div key={name}>
            <dt className="muted">{resource ? resourcePlural(resource) : name}</dt>
            <dd className="chips">
              {group.map((o) => (
                <span key={o.value} className="chip" title={o.value}>
                  {optionLabel(field, o)}
                </span>
              ))}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
