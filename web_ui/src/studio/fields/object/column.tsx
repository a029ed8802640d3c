import type { FieldViewProps } from '../types';

export function Column({ value }: FieldViewProps) {
  return <code className="mono clip">{value === null || value === undefined ? '–' : JSON.stringify(value)}</code>;
}
