/** The history of a title in words: who changed what, and when. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { get } from '../api/http';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { actionWord, fieldLabel, resourceTitle } from '../i18n/labels';
import { useSchema } from '../SchemaContext';
import { RelativeTime, Section } from '../ui/components';

interface Entry extends Row {
  created_at: string;
  actor: string;
  action: string;
  resource: string;
  record: string;
  record_label: string;
  /** The names of the fields that were changed. */
  fields: string[];
}

export function History({ record }: { record: Row }) {
  const t = useT();
  const schema = useSchema();
  const allowed = schema.may('update', 'content');
  const { data = [] } = useQuery({
    queryKey: ['audit_entries', 'content', record.id, record.updated_at],
    enabled: allowed,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await get<{ items: Entry[] }>(`/api/v1/dashboard/content/${record.id}/history`, { signal })).items,
  });
  if (!allowed || data.length === 0) return null;
  return (
    <Section title={t('history.title')} id="history">
      <ol className="history">
        {data.map((entry) => {
          const resource = schema.find(entry.resource);
          const fields = entry.fields.flatMap((name) => {
            const field = resource?.fields.find((f) => f.name === name);
            return field ? [fieldLabel(field, resource)] : [];
          });
          const kind = (resource && resourceTitle(resource)) || entry.resource;
          const name = entry.record_label ?? '';
          const what = entry.record === record.id ? '' : name ? t('history.record', { resource: kind, name }) : kind;
          return (
            <li key={entry.id}>
              <span className="grow">
                <b dir="auto">{entry.actor}</b> {actionWord(entry.action)}
                {what && ` · ${what}`}
                {fields.length > 0 && <span className="muted"> · {fields.join(', ')}</span>}
              </span>
              <span className="muted">
                <RelativeTime at={entry.created_at} />
              </span>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}
