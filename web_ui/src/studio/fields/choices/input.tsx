import type { Option } from '../../api/schema';
import { useT } from '../../i18n';
import { optionLabel, resourcePlural } from '../../i18n/labels';
import { useSchema } from '../../SchemaContext';
import { groupOptions } from '../../webhooks/groups';
import { FieldLayout } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';

export function Input(entered: FieldInputProps & { optionText?: (option: Option) => string }) {
  const t = useT();
  const schema = useSchema();
  const { id, error, field: control } = useField(entered);
  const options = entered.field.options ?? [];
  const optionText = entered.optionText ?? ((o: Option) => optionLabel(entered.field, o));
  const chosen = new Set(Array.isArray(control.value) ? (control.value as string[]) : []);
  const set = (values: Iterable<string>) => {
    const selected = new Set(values);
    control.onChange(options.map((o) => o.value).filter((v) => selected.has(v)));
  };
  const groups = groupOptions(options);
  const events = entered.field.name === 'events';
  const headOf = (name: string): string => {
    const resource = schema.find(name);
    return resource ? resourcePlural(resource) : name;
  };
  const allChosen = chosen.size === options.length;
  return (
    <FieldLayout
      {...entered}
      id={id}
      error={error}
      group
      extra={
        <button type="button" className="text-btn" onClick={() => set(allChosen ? [] : options.map((o) => o.value))}>
          {allChosen ? t('form.none') : t('form.all')}
        </button>
      }
    >
      <div className={`ticks ${events ? 'ticks-all' : ''}`}>
        {groups.map(([name, row]) => (
          <div key={name} className="ticks-row">
            {events && <span className="muted ticks-head">{headOf(name)}</span>}
            {row.map((o) => (
              <label key={o.value} className="check">
                <input
                  type="checkbox"
                  checked={chosen.has(o.value)}
                  onChange={(e) =>
                    set(e.target.checked ? [...chosen, o.value] : [...chosen].filter((v) => v !== o.value))
                  }
                />
                <span>{optionText(o)}</span>
              </label>
            ))}
          </div>
        ))}
      </div>
    </FieldLayout>
  );
}
