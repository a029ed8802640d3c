import type { FieldViewProps } from '../types';

export function Column({ value }: FieldViewProps) {
  return (
    <span className="clip" dir="auto">
      {value ? String(value) : '–'}
    </span>
  );
}
