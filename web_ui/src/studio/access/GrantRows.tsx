/** Grants as rows: the effect, what or whom they are about, the reason, the end, and how to revoke them. */
import { useState } from 'react';
import { useDataProvider, useGetMany, useNotify } from 'react-admin';
import { Link } from 'react-router-dom';
import type { StudioProvider } from '../api/dataProvider';
import type { Row } from '../api/schema';
import { translate, useT } from '../i18n';
import { Button, RelativeTime, StatusBadge } from '../ui/components';
import { Dialog } from '../ui/Dialog';

/** A link to the record that a field of a grant refers to. */
function Reference({ to, id, label }: { to: string; id: string; label: string }) {
  const { data } = useGetMany<Row>(to, { ids: [id] });
  return (
    <Link className="link" to={`/${to}/${id}/show`} dir="auto">
      {String(data?.[0]?.[label] ?? id)}
    </Link>
  );
}

function Subject({ grant }: { grant: Row }) {
  if (grant.group) return <Reference to="viewer_groups" id={String(grant.group)} label="name" />;
  return <Reference to="users" id={String(grant.user)} label="name" />;
}

function Target({ grant }: { grant: Row }) {
  const t = useT();
  if (grant.content) return <Reference to="content" id={String(grant.content)} label="title" />;
  if (grant.series) return <Reference to="series" id={String(grant.series)} label="title" />;
  if (grant.category) return <Reference to="categories" id={String(grant.category)} label="name" />;
  return <>{t('grants.everything')}</>;
}

function End({ grant }: { grant: Row }) {
  const t = useT();
  const starts = typeof grant.starts_at === 'string' ? grant.starts_at : null;
  if (starts && Date.parse(starts) > Date.now())
    return (
      <StatusBadge tone="waiting">
        {t('grants.from')} <RelativeTime at={starts} />
      </StatusBadge>
    );
  const ends = typeof grant.ends_at === 'string' ? grant.ends_at : null;
  if (!ends) return <span className="muted">{t('grants.no_end')}</span>;
  const over = Date.parse(ends) <= Date.now();
  return (
    <span className={over ? 'danger' : 'muted'}>
      {t(over ? 'grants.ended' : 'grants.until')} <RelativeTime at={ends} />
    </span>
  );
}

export function GrantRows({
  grants,
  show,
  via = false,
  changed,
}: {
  grants: readonly Row[];
  /** What a row is about: the viewer or group, or what the grant covers. */
  show: 'subject' | 'target';
  /** Also name the group through which a viewer has the grant. */
  via?: boolean;
  changed: () => void;
}) {
  const t = useT();
  const [revoking, setRevoking] = useState<Row | null>(null);
  return (
    <>
      <ul className="rows" data-testid="grants">
        {grants.map((grant) => (
          <li key={grant.id} className="grant-row">
            <StatusBadge tone={grant.effect === 'deny' ? 'danger' : 'ready'}>
              {t(grant.effect === 'deny' ? 'grants.denied' : 'grants.allowed')}
            </StatusBadge>
            <span className="grow">
              <span className="name">{show === 'subject' ? <Subject grant={grant} /> : <Target grant={grant} />}</span>
              <span className="muted wrap" dir="auto">
                {via && typeof grant.group === 'string' && (
                  <>
                    <Reference to="viewer_groups" id={grant.group} label="name" />
                    {' · '}
                  </>
                )}
                {[quality(grant), grant.reason, givenBy(grant)].filter(Boolean).join(' · ')}
              </span>
            </span>
            <End grant={grant} />
            {grant.source === 'plugin' ? (
              <span className="muted">{String(grant.giver ?? '')}</span>
            ) : (
              <Button small kind="quiet" onClick={() => setRevoking(grant)}>
                {t('grants.revoke')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {revoking && <Revocation grant={revoking} onClose={() => setRevoking(null)} changed={changed} />}
    </>
  );
}

function quality(grant: Row): string {
  return grant.max_quality ? translate('grants.up_to', { quality: String(grant.max_quality).toUpperCase() }) : '';
}

function givenBy(grant: Row): string {
  const source = translate(`grants.source.${String(grant.source)}`);
  return grant.giver && grant.giver !== grant.reason ? `${source}: ${String(grant.giver)}` : source;
}

function Revocation({ grant, onClose, changed }: { grant: Row; onClose: () => void; changed: () => void }) {
  const t = useT();
  const notify = useNotify();
  const provider = useDataProvider<StudioProvider>();
  const [busy, setBusy] = useState(false);
  const revoke = async () => {
    setBusy(true);
    try {
      await provider.delete('grants', { id: grant.id, previousData: grant });
      notify(t('grants.revoked'));
    } catch (error) {
      notify((error as Error).message, { type: 'error' });
    } finally {
      changed();
      onClose();
    }
  };
  return (
    <Dialog open title={t('grants.revoke_title')} onClose={onClose}>
      <div className="dialog-body">
        <p>{t(grant.effect === 'deny' ? 'grants.revoke_denial_why' : 'grants.revoke_why')}</p>
      </div>
      <footer className="dialog-foot">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button kind="danger" busy={busy} onClick={() => void revoke()}>
          {t('grants.revoke')}
        </Button>
      </footer>
    </Dialog>
  );
}
