import { optionLabel } from '../../i18n/labels';
import type { FieldViewProps } from '../types';

export function Column({ field, value }: FieldViewProps) {
  const values = Array.isArray(value) ? value.map(String) : [];
  if (values.length === 0) return <span className="muted">–</span>;
  const labels = values.map((v) => {
    const o = field.options?.find((x) => x.value === v);
    return o ? optionLabel(field, o) : v;
  });
  return (
    <span className="chips">
      <span className="chip">{labels[0]}</span>
      {labels.length > 1 && (
        <span className="chip" title={labels.slice(1).join(', ')}>
          +{labels.length - 1}
        </span>
      )}
    </span>
  );
}
