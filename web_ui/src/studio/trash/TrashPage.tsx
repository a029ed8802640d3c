/** The trash: deleted records, to restore or to delete for ever. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { useNavigate } from 'react-router-dom';
import { get, post, request } from '../api/http';
import { useT } from '../i18n';
import { resourceTitle } from '../i18n/labels';
import { usePageRequests } from '../panel/pageRequests';
import { PageHead } from '../resource/PageHead';
import { useSchema } from '../SchemaContext';
import { Dialog } from '../ui/Dialog';
import { iconOf } from '../ui/icons';
import { RotateCcw } from '../ui/lucide';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Bars, Button, Empty, Icon, RelativeTime } from '../ui/components';

interface Entry {
  id: string;
  resource: string;
  plural: string;
  record: string;
  label: string;
  actor: string;
  deleted_at: string;
  expires_at: string;
}
const TRASH = '/api/v1/dashboard/trash';

interface RowProps {
  entry: Entry;
  onRestore: () => void;
  onDelete: () => void;
}

function EntryRow({ entry, onRestore, onDelete }: RowProps) {
  const t = useT();
  const resource = useSchema().find(entry.resource);
  const kind = resource ? resourceTitle(resource) : entry.resource;
  return (
    <li className="session-row team-invitation">
      <Icon icon={iconOf(resource?.icon)} />
      <div className="run-words grow">
        <span className="name wrap" dir="auto">
          {entry.label}
        </span>
        <span className="muted">
          {kind} · {entry.actor} · <RelativeTime at={entry.deleted_at} /> · {t('trash.expires')}{' '}
          <RelativeTime at={entry.expires_at} />
        </span>
      </div>
      <span className="page-actions">
        <Button small icon={RotateCcw} onClick={onRestore}>
          {t('trash.restore')}
        </Button>
        <Button small kind="quiet" onClick={onDelete}>
          {t('trash.delete')}
        </Button>
      </span>
    </li>
  );
}

export function TrashPage() {
  const t = useT();
  const notify = useNotify();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [deleting, setDeleting] = useState<Entry | null>(null);
  usePageRequests([{ name: 'panel.list', method: 'GET', url: TRASH }]);
  const { data, error, refetch } = useQuery({
    queryKey: ['trash'],
    queryFn: ({ signal }) => get<{ items: Entry[] }>(TRASH, { signal }),
  });
  const run = (work: Promise<unknown>, done: () => void) =>
    void work.then(done, (problem: Error) => notify(problem.message, { type: 'error' })).then(() => refetch());
  const restore = (entry: Entry) =>
    run(post(`${TRASH}/${entry.id}/restore`), () => {
      void client.invalidateQueries();
      notify(t('trash.restored', { name: entry.label }));
      navigate(`/${entry.plural}/${entry.record}/show`);
    });
  const remove = (entry: Entry) => {
    setDeleting(null);
    run(request('DELETE', `${TRASH}/${entry.id}`), () => notify(t('delete.done')));
  };
  return (
    <div className="team-page">
      <PageHead title={t('trash.title')} />
      {error && !data ? (
        <ProblemNotice error={error} retry={() => void refetch()} />
      ) : !data ? (
        <div className="waiting" role="status" aria-label={t('loading')}>
          <Bars className="bars-wide loading" />
        </div>
      ) : data.items.length === 0 ? (
        <Empty title={t('trash.empty')}>{t('trash.why')}</Empty>
      ) : (
        <>
          <p className="page-doc muted">{t('trash.why')}</p>
          <ul className="rows">
            {data.items.map((e) => (
              <EntryRow key={e.id} entry={e} onRestore={() => restore(e)} onDelete={() => setDeleting(e)} />
            ))}
          </ul>
        </>
      )}
      {deleting && (
        <Dialog open title={t('trash.delete_title', { name: deleting.label })} onClose={() => setDeleting(null)}>
          <div className="dialog-body">
            <p>{t('delete.why')}</p>
          </div>
          <footer className="dialog-foot">
            <Button onClick={() => setDeleting(null)}>{t('cancel')}</Button>
            <Button kind="danger" onClick={() => remove(deleting)}>
              {t('trash.delete')}
            </Button>
          </footer>
        </Dialog>
      )}
    </div>
  );
}
