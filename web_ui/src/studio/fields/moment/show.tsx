import { formatDateTime } from '../../ui/format';
import type { FieldViewProps } from '../types';
import { Column } from './column';

export function Show(shown: FieldViewProps) {
  return (
    <span>
      <Column {...shown} />
      {typeof shown.value === 'string' && <span className="muted num"> · {formatDateTime(shown.value)}</span>}
    </span>
  );
}
