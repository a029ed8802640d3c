import { useState } from 'react';
import { useNotify } from 'react-admin';
import { Link } from 'react-router-dom';
import { browserName } from '../account/Sessions';
import { request } from '../api/http';
import { useT } from '../i18n';
import { sessionName } from '../protection/sessionName';
import { Button, RelativeTime, Section } from '../ui/components';
import { PLAYBACK_SESSIONS, type PlaybackSession } from './overview';

function SessionRow({ session, onEnded }: { session: PlaybackSession; onEnded: () => void }) {
  const t = useT();
  const notify = useNotify();
  const [busy, setBusy] = useState(false);
  const { viewer } = session;
  const end = async () => {
    setBusy(true);
    try {
      await request('DELETE', `${PLAYBACK_SESSIONS}/${session.id}`);
      notify(t('playback_sessions.ended'));
    } catch (problem) {
      notify((problem as Error).message, { type: 'error' });
    } finally {
      setBusy(false);
      onEnded();
    }
  };
  return (
    <li className="session-row" data-id={session.id}>
      <div className="run-words">
        <Link className="name" to={`/media/${session.media}/show`} dir="auto">
          {session.title}
        </Link>
        <span className="muted">
          <span dir="auto">{sessionName(session, t)}</span>
          {viewer && ` · ${browserName(viewer.agent)}`} · <RelativeTime at={session.started_at} />
        </span>
      </div>
      <Button small busy={busy} onClick={() => void end()}>
        {t('playback_sessions.end')}
      </Button>
    </li>
  );
}

/** The playback sessions of titles that are not public, for administrators. */
export function PlaybackSessions({ sessions, onEnded }: { sessions: readonly PlaybackSession[]; onEnded: () => void }) {
  const t = useT();
  return (
    <Section
      title={t('playback_sessions.title')}
      count={sessions.length}
      action={
        <Link className="link" to="/protection/sessions">
          {t('related.all')}
        </Link>
      }
    >
      <ul className="rows">
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} onEnded={onEnded} />
        ))}
      </ul>
    </Section>
  );
}
