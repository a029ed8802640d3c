import { optionLabel } from '../../i18n/labels';
import { StatusBadge } from '../../ui/components';
import type { FieldViewProps } from '../types';
import { statusTone } from './statusTone';

export function Column({ field, value }: FieldViewProps) {
  if (typeof value !== 'string') return <span className="muted">–</span>;
  const option = field.options?.find((o) => o.value === value);
  const label = option ? optionLabel(field, option) : value;
  const tone = statusTone(field.name, value);
  return tone ? (
    <StatusBadge tone={tone[0]} icon={tone[1]}>
      {label}
    </StatusBadge>
  ) : (
    <span>{label}</span>
  );
}
