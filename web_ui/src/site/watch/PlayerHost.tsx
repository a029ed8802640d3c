/** The place of the player: loads it, gives it the address of its configuration, and tells the page how it goes. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { currentLanguage, t } from '../i18n';
import { Notice } from '../components/Notice';
import { Bars } from '../components/Icon';
import { bearing } from '../api/http';
import { loadPlayer, stateOf, type Engine, type PlayerElement, type WatchState } from './player';

interface Props {
  src: string;
  audio: boolean;
  state: (state: WatchState) => void;
  engine: (engine: Engine | null) => void;
}

export function Stage({ src, audio, state, engine: given }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [lost, setLost] = useState(0);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let gone = false;
    let engine: Engine | null = null;
    let player: PlayerElement | null = null;
    const follow = () => {
      if (engine) state(stateOf(engine.state));
    };
    const told = () => given(engine);
    // Who pressed “Play” on the page before has asked for it; who opened the address in a new tab has not.
    const begin = () => {
      if (navigator.userActivation?.hasBeenActive) void engine?.play().catch(() => undefined);
    };
    state('loading');
    setFailed(false);
    loadPlayer().then(
      () => {
        if (gone) return;
        player = document.createElement(audio ? 'otnet-audio' : 'otnet-video') as PlayerElement;
        player.headers = bearing;
        player.setAttribute('lang', currentLanguage());
        player.setAttribute('src', src);
        place.current?.replaceChildren(player);
        engine = player.engine ?? null;
        for (const name of ['state', 'error']) engine?.addEventListener(name, follow);
        for (const name of ['config', 'tracks', 'state']) engine?.addEventListener(name, told);
        engine?.addEventListener('config', begin, { once: true });
        told();
        follow();
      },
      () => {
        if (gone) return;
        setFailed(true);
        state('failed');
      },
    );
    return () => {
      gone = true;
      for (const name of ['state', 'error']) engine?.removeEventListener(name, follow);
      for (const name of ['config', 'tracks', 'state']) engine?.removeEventListener(name, told);
      engine?.removeEventListener('config', begin);
      // The element lets its media go when it is taken off the page.
      player?.remove();
      given(null);
    };
  }, [src, audio, lost]);
  return (
    <div class={`screen screen-${audio ? 'audio' : 'video'}`}>
      <div class="place" ref={place}>
        <span class="place-wait">
          <Bars wide loading />
        </span>
      </div>
      {failed && (
        <div class="over">
          <Notice small title={t('watch.no_player')} why={t('watch.no_player_why')} state="fault">
            <button type="button" class="button" onClick={() => setLost((n) => n + 1)}>
              {t('fault.retry')}
            </button>
          </Notice>
        </div>
      )}
    </div>
  );
}
