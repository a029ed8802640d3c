import type { Option } from '../../api/schema';
import { useT } from '../../i18n';
import { optionLabel } from '../../i18n/labels';
import { Labelled } from '../Labelled';
import type { Entered } from '../types';
import { useField } from '../useField';

/** "content.created" and "content:read" belong to content. */
const stem = (value: string): string => value.split(/[.:]/)[0]!;

export function Input(entered: Entered & { words?: (option: Option) => string }) {
  const t = useT();
  const { id, error, field: control } = useField(entered);
  const options = entered.field.options ?? [];
  const words = entered.words ?? ((o: Option) => optionLabel(entered.field, o));
  const chosen = new Set(Array.isArray(control.value) ? (control.value as string[]) : []);
  const set = (values: Iterable<string>) => {
    const wanted = new Set(values);
    control.onChange(options.map((o) => o.value).filter((v) => wanted.has(v)));
  };
  const rows = new Map<string, Option[]>();
  for (const option of options) rows.set(stem(option.value), [...(rows.get(stem(option.value)) ?? []), option]);
  const all = chosen.size === options.length;
  return (
    <Labelled
      {...entered}
      id={id}
      error={error}
      group
      extra={
        <button type="button" className="text-btn" onClick={() => set(all ? [] : options.map((o) => o.value))}>
          {all ? t('form.none') : t('form.all')}
        </button>
      }
    >
      <div className="ticks">
        {[...rows].map(([name, row]) => (
          <div key={name} className="ticks-row">
            {row.map((o) => (
              <label key={o.value} className="check">
                <input
                  type="checkbox"
                  checked={chosen.has(o.value)}
                  onChange={(e) =>
                    set(e.target.checked ? [...chosen, o.value] : [...chosen].filter((v) => v !== o.value))
                  }
                />
                <span>{words(o)}</span>
              </label>
            ))}
          </div>
        ))}
      </div>
    </Labelled>
  );
}
