import { exact } from '../../ui/format';
import type { Shown } from '../types';
import { Column } from './column';

export function Show(shown: Shown) {
  return (
    <span>
      <Column {...shown} />
      {typeof shown.value === 'string' && <span className="muted num"> · {exact(shown.value)}</span>}
    </span>
  );
}
