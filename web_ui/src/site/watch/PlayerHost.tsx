/** Hosts the player: loads it, passes the configuration's URL, and reports its state. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { currentLanguage, t } from '../i18n';
import { Notice } from '../components/Notice';
import { Bars } from '../components/Icon';
import { csrfHeader } from '../api/http';
import { loadPlayer, watchState, type Engine, type PlayerElement, type WatchState } from './player';

interface Props {
  src: string;
  audio: boolean;
  onState: (state: WatchState) => void;
  onEngine: (engine: Engine | null) => void;
}

export function PlayerHost({ src, audio, onState, onEngine: onEngineReady }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const [attempt, setAttempt] = useState(0);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let unmounted = false;
    let engine: Engine | null = null;
    let player: PlayerElement | null = null;
    const reportState = () => {
      if (engine) onState(watchState(engine.state));
    };
    const reportEngine = () => onEngineReady(engine);
    // Start playback if the viewer clicked “Play” on the previous page, but not if the URL was opened in a new tab.
    const playAfterGesture = () => {
      if (navigator.userActivation?.hasBeenActive) void engine?.play().catch(() => undefined);
    };
    onState('loading');
    setFailed(false);
    loadPlayer().then(
      () => {
        if (unmounted) return;
        player = document.createElement(audio ? 'otnet-audio' : 'otnet-video') as PlayerElement;
        player.headers = csrfHeader;
        player.setAttribute('lang', currentLanguage());
        player.setAttribute('src', src);
        player.setAttribute('keys', 'page'); // there is one player on the page
        host.current?.replaceChildren(player);
        engine = player.engine ?? null;
        for (const name of ['state', 'error']) engine?.addEventListener(name, reportState);
        for (const name of ['config', 'tracks', 'state']) engine?.addEventListener(name, reportEngine);
        engine?.addEventListener('config', playAfterGesture, { once: true });
        reportEngine();
        reportState();
      },
      () => {
        if (unmounted) return;
        setFailed(true);
        onState('failed');
      },
    );
    return () => {
      unmounted = true;
      for (const name of ['state', 'error']) engine?.removeEventListener(name, reportState);
      for (const name of ['config', 'tracks', 'state']) engine?.removeEventListener(name, reportEngine);
      engine?.removeEventListener('config', playAfterGesture);
      // The element releases its media when it is disconnected.
      player?.remove();
      onEngineReady(null);
    };
  }, [src, audio, attempt]);
  return (
    <div class={`screen screen-${audio ? 'audio' : 'video'}`}>
      <div class="place" ref={host}>
        <span class="place-wait">
          <Bars wide loading />
        </span>
      </div>
      {failed && (
        <div class="over">
          <Notice small title={t('watch.no_player')} explanation={t('watch.no_player_why')} state="fault">
            <button type="button" class="button" onClick={() => setAttempt((n) => n + 1)}>
              {t('fault.retry')}
            </button>
          </Notice>
        </div>
      )}
    </div>
  );
}
