import { languageName } from '../../ui/format';
import type { FieldViewProps } from '../types';

export function Column({ value }: FieldViewProps) {
  return typeof value === 'string' ? (
    <span title={value}>{languageName(value)}</span>
  ) : (
    <span className="muted">–</span>
  );
}
