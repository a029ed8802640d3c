/** The input for a filter's value, by field type. */
import type { Field, Operator } from '../api/schema';
import { ReferencePicker } from '../fields/reference/ReferencePicker';
import { useReferencedRecords } from '../fields/reference/useReferences';
import { fromLocal, toLocal } from '../fields/moment/localTime';
import { useT } from '../i18n';
import { optionLabel } from '../i18n/labels';
import { useSchema } from '../SchemaContext';

interface Props {
  field: Field;
  operator: Operator;
  value: unknown;
  onChange: (value: unknown) => void;
}

function ReferenceFilter({ field, value, onChange }: Props) {
  const t = useT();
  const target = useSchema().find(field.resource ?? '');
  const [row] = useReferencedRecords(target, typeof value === 'string' ? [value] : []);
  return target ? (
    <ReferencePicker
      creatable={false}
      resource={target}
      value={row ?? null}
      label={t('filter.value')}
      onChange={(r) => onChange(r?.id ?? '')}
    />
  ) : null;
}

export function FilterValue(props: Props) {
  const { field, operator, value, onChange } = props;
  const t = useT();
  const label = t('filter.value');
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  if (operator === 'null' || field.type === 'boolean') {
    return (
      <select className="control" aria-label={label} value={text || 'true'} onChange={(e) => onChange(e.target.value)}>
        <option value="true">{t('yes')}</option>
        <option value="false">{t('no')}</option>
      </select>
    );
  }
  if (field.options?.length) {
    const chosen = new Set(text ? text.split(',') : []);
    return (
      <div className="ticks">
        {field.options.map((o) => (
          <label className="check" key={o.value}>
            <input
              type="checkbox"
              checked={chosen.has(o.value)}
              onChange={(e) => {
                if (e.target.checked) chosen.add(o.value);
                else chosen.delete(o.value);
                onChange([...chosen].join(','));
              }}
            />
            <span>{optionLabel(field, o)}</span>
          </label>
        ))}
      </div>
    );
  }
  if (field.type === 'reference' || field.type === 'references') return <ReferenceFilter {...props} />;
  if (field.type === 'moment')
    return (
      <input
        type="datetime-local"
        className="control num"
        aria-label={label}
        value={toLocal(text)}
        onChange={(e) => onChange(fromLocal(e.target.value) ?? '')}
      />
    );
  const type =
    field.type === 'date' ? 'date' : ['integer', 'number', 'duration'].includes(field.type) ? 'number' : 'text';
  return (
    <input
      type={type}
      className="control"
      aria-label={label}
      value={text}
      onChange={(e) => onChange(e.target.value)}
      autoFocus
    />
  );
}
