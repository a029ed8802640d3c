/** The live stream of a channel without delay, by WebRTC; where that is not possible, as viewers see it. */
import { useEffect, useRef, useState } from 'react';
import { explained } from '../api/problem';
import { useT } from '../i18n';
import { Bars, Button } from '../ui/components';
import { ChannelPlayer } from './ChannelPlayer';
import { playPreview, reasonOf, type Reason } from './whep';

type State = { phase: 'loading' | 'playing' | 'viewers' } | { phase: 'failed'; reason: Reason | null; text: string };

/** How often a preview that has ended by itself is started again. */
const MAX_ATTEMPTS = 3;

export function LivePreview({ channel }: { channel: string }) {
  const t = useT();
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<State>({ phase: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const wanted = state.phase !== 'viewers' && state.phase !== 'failed';
  useEffect(() => {
    if (!wanted) return;
    const stopping = new AbortController();
    const again = () => {
      setState(attempt < MAX_ATTEMPTS ? { phase: 'loading' } : { phase: 'failed', reason: 'lost', text: '' });
      setAttempt((n) => n + 1);
    };
    playPreview(channel, video.current!, stopping.signal, again).then(
      () => !stopping.signal.aborted && setState({ phase: 'playing' }),
      (error: unknown) => {
        if (stopping.signal.aborted) return;
        stopping.abort();
        setState({ phase: 'failed', reason: reasonOf(error), text: explained(error) });
      },
    );
    return () => stopping.abort();
  }, [channel, attempt, wanted]);
  const retry = () => {
    setAttempt(0);
    setState({ phase: 'loading' });
  };
  return (
    <div className="live-preview" data-phase={state.phase}>
      {wanted ? (
        <div className="preview ink" data-phase={state.phase === 'playing' ? 'playing' : 'waiting'}>
          <div className="preview-stage">
            <video ref={video} muted autoPlay playsInline controls aria-label={t('live.preview')} />
          </div>
          {state.phase === 'loading' && (
            <span className="preview-wait" role="status" aria-label={t('loading')}>
              <Bars className="bars-wide loading" />
            </span>
          )}
        </div>
      ) : (
        <ChannelPlayer id={channel} />
      )}
      <p className="live-preview-line muted" role="status">
        <span>
          {t(wanted ? 'live.preview_now' : 'live.preview_viewers')}
          {state.phase === 'failed' && ` ${state.reason ? t(`live.preview_why.${state.reason}`) : state.text}`}
        </span>
        {wanted ? (
          <Button small kind="quiet" onClick={() => setState({ phase: 'viewers' })}>
            {t('live.preview_as_viewers')}
          </Button>
        ) : (
          <Button small kind="quiet" onClick={retry}>
            {t(state.phase === 'failed' ? 'live.preview_again' : 'live.preview_show')}
          </Button>
        )}
      </p>
    </div>
  );
}
