import type { Option } from '../../api/schema';
import { useT } from '../../i18n';
import { optionLabel } from '../../i18n/labels';
import { FieldLayout } from '../FieldLayout';
import type { FieldInputProps } from '../types';
import { useField } from '../useField';

/** The group of a value: "content.created" and "content:read" belong to "content". */
const groupOf = (value: string): string => value.split(/[.:]/)[0]!;

export function Input(entered: FieldInputProps & { optionText?: (option: Option) => string }) {
  const t = useT();
  const { id, error, field: control } = useField(entered);
  const options = entered.field.options ?? [];
  const optionText = entered.optionText ?? ((o: Option) => optionLabel(entered.field, o));
  const chosen = new Set(Array.isArray(control.value) ? (control.value as string[]) : []);
  const set = (values: Iterable<string>) => {
    const selected = new Set(values);
    control.onChange(options.map((o) => o.value).filter((v) => selected.has(v)));
  };
  const groups = new Map<string, Option[]>();
  for (const option of options)
    groups.set(groupOf(option.value), [...(groups.get(groupOf(option.value)) ?? []), option]);
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
      <div className="ticks">
        {[...groups].map(([name, row]) => (
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
                <span>{optionText(o)}</span>
              </label>
            ))}
          </div>
        ))}
      </div>
    </FieldLayout>
  );
}
