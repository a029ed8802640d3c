import { optionLabel } from '../../i18n/labels';
import { State } from '../../ui/components';
import type { Shown } from '../types';
import { toneOf } from './statusTone';

export function Column({ field, value }: Shown) {
  if (typeof value !== 'string') return <span className="muted">–</span>;
  const option = field.options?.find((o) => o.value === value);
  const words = option ? optionLabel(field, option) : value;
  const tone = toneOf(field.name, value);
  return tone ? (
    <State tone={tone[0]} icon={tone[1]}>
      {words}
    </State>
  ) : (
    <span>{words}</span>
  );
}
