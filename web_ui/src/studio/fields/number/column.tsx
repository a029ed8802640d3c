import { span } from '../../ui/format';
import { Column as Whole } from '../integer/column';
import type { Shown } from '../types';

/** A name that ends in _s holds seconds, everywhere in this API. */
export function Column(shown: Shown) {
  if (shown.field.name.endsWith('_s') && typeof shown.value === 'number')
    return <span className="num">{span(shown.value)}</span>;
  return <Whole {...shown} />;
}
