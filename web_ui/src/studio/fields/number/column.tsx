import { formatSpan } from '../../ui/format';
import { Column as Whole } from '../integer/column';
import type { FieldViewProps } from '../types';

/** By convention of the API, names ending in _s are durations in seconds. */
export function Column(shown: FieldViewProps) {
  if (shown.field.name.endsWith('_s') && typeof shown.value === 'number')
    return <span className="num">{formatSpan(shown.value)}</span>;
  return <Whole {...shown} />;
}
