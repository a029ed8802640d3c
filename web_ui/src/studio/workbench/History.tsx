/** The history of a title in words: who changed what, and when. */
import { useGetList } from 'react-admin';
import type { Field, Resource, Row } from '../api/schema';
import { translate, useT } from '../i18n';
import { fieldLabel, resourceTitle } from '../i18n/labels';
import { useSchema } from '../SchemaContext';
import { RelativeTime, Section } from '../ui/components';

const SHOWN = 20;

/** The fields that an entry changed, by their labels. Pure. */
export function changedFields(entry: Row, resource: Resource | undefined): Field[] {
  const before = (entry.before ?? {}) as Record<string, unknown>;
  const after = (entry.after ?? {}) as Record<string, unknown>;
  return (resource?.fields ?? []).filter(
    (f) =>
      (f.name in before || f.name in after) &&
      JSON.stringify(before[f.name] ?? null) !== JSON.stringify(after[f.name] ?? null),
  );
}

/** The label of an action; the server's name if there is none. */
export function actionWord(action: string): string {
  const name = action.split('.').at(-1)!;
  const label = translate(`did.${name}`);
  return label.startsWith('did.') ? name.replaceAll('_', ' ') : label;
}

export function History({ record }: { record: Row }) {
  const t = useT();
  const schema = useSchema();
  const allowed = schema.may('list', 'audit_entries');
  const related = [
    record.id,
    ...['credits', 'media'].flatMap((name) =>
      (Array.isArray(record[name]) ? (record[name] as Row[]) : []).map((r) => r.id),
    ),
    ...Object.values((record.artwork ?? {}) as Record<string, Row>).map((art) => art.id),
  ].slice(0, 50);
  const { data = [] } = useGetList<Row>(
    'audit_entries',
    {
      filter: { record: related },
      pagination: { page: 1, perPage: SHOWN },
      sort: { field: 'created_at', order: 'DESC' },
      meta: { plain: true },
    },
    { enabled: allowed, retry: false },
  );
  if (!allowed || data.length === 0) return null;
  return (
    <Section title={t('history.title')} id="history">
      <ol className="history">
        {data.map((entry) => {
          const resource = schema.find(String(entry.resource));
          const fields =
            entry.action === 'updated' ? changedFields(entry, resource).map((f) => fieldLabel(f, resource)) : [];
          const kind = (resource && resourceTitle(resource)) || String(entry.resource);
          const name = String(entry.record_label ?? '');
          const what = entry.record === record.id ? '' : name ? t('history.record', { resource: kind, name }) : kind;
          return (
            <li key={entry.id}>
              <span className="grow">
                <b dir="auto">{String(entry.actor ?? '')}</b> {actionWord(String(entry.action))}
                {what && ` · ${what}`}
                {fields.length > 0 && <span className="muted"> · {fields.join(', ')}</span>}
              </span>
              <span className="muted">
                <RelativeTime at={String(entry.created_at)} />
              </span>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}
