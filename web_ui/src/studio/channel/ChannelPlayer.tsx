/** The player of a channel or title, from a moment or position on. */
import { useEffect, useRef, useState } from 'react';
import { timelineStart } from '../../../shared/channelClock';
import { get } from '../api/http';
import { explained } from '../api/problem';
import { useT } from '../i18n';
import { Bars, Icon } from '../ui/components';
import { TriangleAlert } from '../ui/lucide';

interface Config {
  sources?: { dash?: string };
}
interface Player extends HTMLElement {
  setup(config: object): Promise<void>;
}

interface Props {
  /** The id of a channel or title. */
  id: string;
  /** The instant at which a channel begins to play, in ms; the present if it is null. */
  at?: number | null;
  /** The position at which a title begins to play, in seconds. */
  position?: number;
}

const PLAYER = '/player/v1/otnet-player.js';
/** As soon as what is behind a slider or a key has stopped changing. */
const SETTLE_MS = 250;

/** The position of an instant on the time line of a channel, in seconds. */
async function positionOf(at: number, config: Config): Promise<number | null> {
  const url = config.sources?.dash;
  const start = url ? timelineStart(await (await fetch(url, { credentials: 'same-origin' })).text()) : null;
  return start === null ? null : (at - start) / 1000;
}

export function ChannelPlayer({ id, at = null, position = 0 }: Props) {
  const t = useT();
  const container = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<'loading' | 'playing' | string>('loading');
  useEffect(() => {
    let stopped = false;
    const start = async () => {
      try {
        const [config] = await Promise.all([
          get<Config>(`/api/v1/playback/${encodeURIComponent(id)}`),
          import(/* @vite-ignore */ PLAYER),
        ]);
        const from = at === null ? position : await positionOf(at, config);
        if (stopped) return;
        const player = document.createElement('otnet-video') as Player;
        container.current!.replaceChildren(player);
        void player.setup({
          ...config,
          ...(from ? { start: from } : {}),
          resume: false,
          telemetry: false,
          autoplay: 'muted',
        });
        setState('playing');
      } catch (error) {
        if (!stopped) setState(explained(error));
      }
    };
    setState('loading');
    const timer = window.setTimeout(() => void start(), SETTLE_MS);
    const box = container.current;
    return () => {
      stopped = true;
      window.clearTimeout(timer);
      box?.replaceChildren();
    };
  }, [id, at, position]);
  return (
    <div className="preview ink" data-phase={state === 'playing' ? 'playing' : 'waiting'}>
      <div ref={container} className="preview-stage" />
      {state === 'loading' && (
        <span className="preview-wait" role="status" aria-label={t('loading')}>
          <Bars className="bars-wide loading" />
        </span>
      )}
      {state !== 'loading' && state !== 'playing' && (
        <span className="preview-words" role="alert">
          <Icon icon={TriangleAlert} />
          {state}
        </span>
      )}
    </div>
  );
}
