/** The titles that the account plays now, each of which the viewer can end. */
import { useState } from 'preact/hooks';
import { relativeTime } from '../../../shared/time';
import type { StreamList } from '../../../shared/viewerApi';
import { revalidate, useCachedGet } from '../api/cache';
import { STREAMS } from '../api/endpoints';
import { send } from '../api/http';
import { currentLanguage, t } from '../i18n';
import { deviceName } from '../labels';
import { FormProblem } from './form';

type Stream = StreamList['items'][number];

export function Streams({ onEnd }: { onEnd?: () => void }) {
  const { data, problem } = useCachedGet<StreamList>(STREAMS);
  const [message, setMessage] = useState('');
  const end = (stream: Stream) => {
    send('DELETE', `${STREAMS}/${encodeURIComponent(stream.id)}`).then(
      () => {
        setMessage(t('streams.ended', { title: titleOf(stream) }));
        void revalidate(STREAMS);
        onEnd?.();
      },
      (error: Error) => {
        setMessage(error.message || t('fault.other'));
        void revalidate(STREAMS);
      },
    );
  };
  return (
    <>
      {problem && <FormProblem problem={problem} />}
      {data && data.items.length === 0 && <p class="muted">{t('streams.none')}</p>}
      <ul class="lines" data-testid="streams">
        {(data?.items ?? []).map((stream) => (
          <li key={stream.id}>
            <span>
              <span dir="auto">{titleOf(stream)}</span>
              <span class="line">
                {[
                  stream.current ? t('profile.this') : deviceName(stream.agent),
                  t('streams.since', { when: relativeTime(stream.started_at, currentLanguage()) }),
                ].join(' · ')}
              </span>
            </span>
            <button
              type="button"
              class="button quiet small"
              onClick={() => end(stream)}
              aria-label={t('streams.end_label', { title: titleOf(stream) })}
            >
              {t('streams.end')}
            </button>
          </li>
        ))}
      </ul>
      <p role="status" class="said-plain">
        {message}
      </p>
    </>
  );
}

const titleOf = (stream: Stream): string => stream.title || t('streams.hidden');
