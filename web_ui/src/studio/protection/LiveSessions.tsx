/** Who watches what on which device since when, and a button that ends it. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { Link } from 'react-router-dom';
import { browserName } from '../account/Sessions';
import { get, request } from '../api/http';
import { PLAYBACK_SESSIONS, type PlaybackSession } from '../home/overview';
import { useT } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { ProblemNotice } from '../ui/ProblemNotice';
import { Bars, Button, Empty, RelativeTime } from '../ui/components';
import { sessionName } from './sessionName';

const REFRESH_MS = 5000;

function EndDialog({ session, onClose }: { session: PlaybackSession; onClose: (ended: boolean) => void }) {
  const t = useT();
  const notify = useNotify();
  const name = sessionName(session, t);
  const [busy, setBusy] = useState(false);
  const end = async () => {
    setBusy(true);
    try {
      await request('DELETE', `${PLAYBACK_SESSIONS}/${session.id}`);
      notify(t('playback_sessions.ended'));
    } catch (problem) {
      notify((problem as Error).message, { type: 'error' });
    }
    onClose(true);
  };
  return (
    <Dialog open title={t('sessions.end_title', { name, title: session.title })} onClose={() => onClose(false)}>
      <div className="dialog-body">
        <p>{t('sessions.end_why')}</p>
      </div>
      <footer className="dialog-foot">
        <Button onClick={() => onClose(false)}>{t('cancel')}</Button>
        <Button kind="danger" busy={busy} onClick={() => void end()}>
          {t('sessions.end')}
        </Button>
      </footer>
    </Dialog>
  );
}

export function LiveSessions() {
  const t = useT();
  const nameOf = (session: PlaybackSession) => sessionName(session, t);
  const [ending, setEnding] = useState<PlaybackSession | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['playback_sessions'],
    queryFn: ({ signal }) => get<{ items: PlaybackSession[] }>(PLAYBACK_SESSIONS, { signal }),
    refetchInterval: REFRESH_MS,
  });
  if (error && !data) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (!data)
    return (
      <div className="waiting" role="status" aria-label={t('loading')}>
        <Bars className="bars-wide loading" />
      </div>
    );
  return (
    <>
      {data.items.length === 0 ? (
        <Empty title={t('sessions.empty')}>{t('sessions.why')}</Empty>
      ) : (
        <div className="section stack">
          <p className="muted">{t('sessions.why')}</p>
          <table className="table plain rows-table" data-testid="sessions">
            <thead>
              <tr>
                <th>{t('licences.viewer')}</th>
                <th>{t('licences.title')}</th>
                <th>{t('account.device')}</th>
                <th>{t('sessions.since')}</th>
                <th>
                  <span className="sr">{t('sessions.end')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((s) => (
                <tr key={s.id} data-id={s.id}>
                  <td className="first">
                    <span dir="auto">{nameOf(s)}</span>
                  </td>
                  <td data-label={t('licences.title')}>
                    <Link className="link" to={`/media/${s.media}/show`} dir="auto">
                      {s.title}
                    </Link>
                  </td>
                  <td data-label={t('account.device')}>{s.viewer ? browserName(s.viewer.agent) : '–'}</td>
                  <td data-label={t('sessions.since')}>
                    <RelativeTime at={s.started_at} />
                  </td>
                  <td className="right">
                    <Button
                      small
                      aria-label={t('sessions.end_of', { name: nameOf(s), title: s.title })}
                      onClick={() => setEnding(s)}
                    >
                      {t('sessions.end')}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {ending && (
        <EndDialog
          session={ending}
          onClose={(ended) => {
            setEnding(null);
            if (ended) void refetch();
          }}
        />
      )}
    </>
  );
}
