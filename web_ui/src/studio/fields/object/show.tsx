import { fieldLabel } from '../../i18n/labels';
import type { FieldViewProps } from '../types';

export function Show({ value, field, resource }: FieldViewProps) {
  if (value === null || value === undefined) return <span className="muted">–</span>;
  return (
    <pre className="json" tabIndex={0} role="region" aria-label={fieldLabel(field, resource)}>
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}
