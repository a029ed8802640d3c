/** The home page of an empty catalogue: what to do, and the media being encoded. */
import { useState } from 'preact/hooks';
import { t } from '../i18n';
import { pendingMedia, useMediaEvents } from '../live/mediaEvents';
import { Notice } from '../components/Notice';
import type { MediaSummary } from '../../../shared/viewerApi';
import { etaLabel, percentLabel, stateLabel } from '../labels';

/** Media without a content record. */
function usePendingMedia(): MediaSummary[] {
  const [media, set] = useState(pendingMedia);
  const [listener] = useState(() => () => set(pendingMedia()));
  useMediaEvents(true, listener);
  return media;
}

export function EmptyCatalogue() {
  const pending = usePendingMedia();
  return (
    <>
      <Notice title={t('home.empty')} explanation={t('home.empty_why')} remedy={t('home.empty_remedy')} state="empty" />
      {pending.length > 0 && (
        <section class="preparing" aria-labelledby="preparing" data-testid="preparing">
          <h2 id="preparing">{t('preparing')}</h2>
          <ul>
            {pending.map((change) => (
              <PendingMedia key={change.id} change={change} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function PendingMedia({ change }: { change: MediaSummary }) {
  const { progress, state, playable } = change;
  const label = stateLabel({ state, playable, kind: change.kind ?? null, progress }) ?? '';
  const name = change.title ?? change.id;
  return (
    <li data-id={change.id}>
      {playable ? (
        <a class="link" href={`/watch/${encodeURIComponent(change.id)}`} dir="auto">
          {name}
        </a>
      ) : (
        <span dir="auto">{name}</span>
      )}
      <span class="line">{[label, etaLabel(progress)].filter(Boolean).join(' · ')}</span>
      <span
        class={`meter ${playable ? '' : 'meter-waits'}`}
        role="progressbar"
        aria-label={`${name}: ${percentLabel(progress?.percent ?? 0)}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(progress?.percent ?? 0)}
      >
        <i style={{ width: `${progress?.percent ?? 0}%` }} />
      </span>
    </li>
  );
}
