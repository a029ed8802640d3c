import { useState } from 'react';
import { useDataProvider, useNotify } from 'react-admin';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import type { StudioProvider } from '../api/dataProvider';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { applyMediaChange } from '../live/mediaUpdates';
import { errorOf, useStageLabel } from '../media/mediaState';
import { RotateCcw, TriangleAlert } from '../ui/lucide';
import { Button, Icon, Section } from '../ui/components';

function FailedRow({ media }: { media: Row }) {
  const t = useT();
  const stageLabel = useStageLabel();
  const notify = useNotify();
  const client = useQueryClient();
  const provider = useDataProvider<StudioProvider>();
  const [busy, setBusy] = useState(false);
  const error = errorOf(media);
  const retry = async () => {
    setBusy(true);
    try {
      applyMediaChange(client, await provider.runAction('media', media.id, 'retry', {}));
      notify(t('media.retried'));
    } catch (problem) {
      notify((problem as Error).message, { type: 'error' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className="failed-row" data-id={media.id}>
      <Icon icon={TriangleAlert} />
      <div>
        <Link className="name" to={`/media/${media.id}/show`} dir="auto">
          {String(media.title)}
        </Link>
        <p className="danger">{error?.message || t('media.failed_why')}</p>
        <p className="code">{error && [error.code, stageLabel(error.stage)].filter(Boolean).join(' · ')}</p>
      </div>
      <Button small icon={RotateCcw} busy={busy} onClick={() => void retry()}>
        {t('try_again')}
      </Button>
    </li>
  );
}

export function Failed({ media }: { media: readonly Row[] }) {
  const t = useT();
  return (
    <Section title={t('home.failed')} count={media.length}>
      <ul className="rows">
        {media.map((m) => (
          <FailedRow key={m.id} media={m} />
        ))}
      </ul>
    </Section>
  );
}
