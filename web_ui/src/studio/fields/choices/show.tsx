import { optionLabel } from '../../i18n/labels';
import type { FieldViewProps } from '../types';

export function Show({ field, value }: FieldViewProps) {
  const values = Array.isArray(value) ? value.map(String) : [];
  if (values.length === 0) return <span className="muted">–</span>;
  return (
    <span className="chips">
      {values.map((v) => {
        const o = field.options?.find((x) => x.value === v);
        return (
          <span className="chip" key={v}>
            {o ? optionLabel(field, o) : v}
          </span>
        );
      })}
    </span>
  );
}
