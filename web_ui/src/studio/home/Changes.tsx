import { Link } from 'react-router-dom';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { actionWord, resourceTitle } from '../i18n/labels';
import { useSchema } from '../SchemaContext';
import { RelativeTime } from '../ui/components';

export function Changes({ changes }: { changes: readonly Row[] }) {
  const t = useT();
  const schema = useSchema();
  if (changes.length === 0) return <p className="muted quiet-line">{t('home.no_changes')}</p>;
  return (
    <ol className="changes">
      {changes.map((c) => {
        const resource = schema.find(String(c.resource));
        const name = String(c.record_label || c.record || '');
        const linked = resource?.verbs.includes('get') && c.record && c.action !== 'deleted';
        return (
          <li key={c.id}>
            <span>
              <b dir="auto">{String(c.actor ?? '')}</b>{' '}
              <span className="muted">
                {actionWord(String(c.action))}
                {c.resource === 'home_layout' ? '' : ` · ${resource ? resourceTitle(resource) : String(c.resource)}`}
              </span>
            </span>
            <span className="change-line">
              {c.resource === 'home_layout' ? (
                <Link className="link" to="/home_layout">
                  {t('layout.page')}
                </Link>
              ) : linked ? (
                <Link className="link" to={`/${resource!.plural}/${String(c.record)}/show`} dir="auto">
                  {name}
                </Link>
              ) : (
                <span dir="auto">{name}</span>
              )}
              <span className="muted">
                <RelativeTime at={String(c.created_at)} />
              </span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
