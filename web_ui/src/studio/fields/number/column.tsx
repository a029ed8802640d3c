import { formatSpan } from '../../ui/format';
import { Column as Whole } from '../integer/column';
import type { FieldViewProps } from '../types';

/** A name that ends in _s holds seconds, everywhere in this API. */
export function Column(shown: FieldViewProps) {
  if (shown.field.name.endsWith('_s') && typeof shown.value === 'number')
    return <span className="num">{formatSpan(shown.value)}</span>;
  return <Whole {...shown} />;
}
