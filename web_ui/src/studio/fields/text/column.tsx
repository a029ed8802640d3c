import { Link } from 'react-router-dom';
import { actionWord, resourceTitle } from '../../i18n/labels';
import { useSchema } from '../../SchemaContext';
import type { FieldViewProps } from '../types';

/** The record that an entry of the audit log is about: its name, linked to it while it exists. */
function AuditedRecord({ record }: FieldViewProps) {
  const target = useSchema().find(String(record.resource));
  const name = String(record.record_label || (target ? resourceTitle(target) : record.resource));
  if (!target?.verbs.includes('get') || record.action === 'deleted') return <span dir="auto">{name}</span>;
  return (
    <Link className="link" to={`/${target.plural}/${String(record.record)}/show`} dir="auto">
      {name}
    </Link>
  );
}

function ResourceName({ name }: { name: string }) {
  const resource = useSchema().find(name);
  return <span>{resource ? resourceTitle(resource) : name}</span>;
}

export function Column(props: FieldViewProps) {
  const { field, resource, value } = props;
  if (resource.name === 'audit_entry' && field.name === 'record_label') return <AuditedRecord {...props} />;
  if (resource.name === 'audit_entry' && field.name === 'action') return <span>{actionWord(String(value))}</span>;
  if (resource.name === 'audit_entry' && field.name === 'resource') return <ResourceName name={String(value)} />;
  return value === null || value === undefined || value === '' ? (
    <span className="muted">–</span>
  ) : (
    <span dir="auto">{String(value)}</span>
  );
}
