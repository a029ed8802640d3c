import { useState } from 'react';
import { useNotify } from 'react-admin';
import { post } from '../api/http';
import { useT } from '../i18n';
import { RotateCcw, TriangleAlert } from '../ui/lucide';
import { Button, Icon, Section } from '../ui/components';
import { EVENT_RETRY, type EventFailure } from './overview';

function FailureRow({ failure, onRetried }: { failure: EventFailure; onRetried: () => void }) {
  const t = useT();
  const notify = useNotify();
  const [busy, setBusy] = useState(false);
  const retry = async () => {
    setBusy(true);
    try {
      await post(EVENT_RETRY, { name: failure.name });
      notify(t('events.retried'));
      onRetried();
    } catch (problem) {
      notify((problem as Error).message, { type: 'error' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className="failed-row" data-id={failure.name}>
      <Icon icon={TriangleAlert} />
      <div>
        <span className="name">{failure.name}</span>
        <p className="danger">
          {failure.set_aside > 0 ? t('events.set_aside', { count: failure.set_aside }) : t('events.failing')}
        </p>
        <p className="code">{failure.error}</p>
      </div>
      {failure.set_aside > 0 && (
        <Button small icon={RotateCcw} busy={busy} onClick={() => void retry()}>
          {t('try_again')}
        </Button>
      )}
    </li>
  );
}

/** Plugins and parts of the server that could not handle events. */
export function EventFailures({ failures, onRetried }: { failures: readonly EventFailure[]; onRetried: () => void }) {
  const t = useT();
  return (
    <Section title={t('events.failures')} count={failures.length}>
      <ul className="rows">
        {failures.map((failure) => (
          <FailureRow key={failure.name} failure={failure} onRetried={onRetried} />
        ))}
      </ul>
    </Section>
  );
}
