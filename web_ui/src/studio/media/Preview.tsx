/** The player on a media page, loaded on demand. */
import { useRef, useState } from 'react';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { Play, TriangleAlert } from '../ui/lucide';
import { Icon } from '../ui/components';
import { pictureOf, Picture } from '../ui/Picture';

type Phase = 'poster' | 'loading' | 'playing' | 'fault';
export interface PlayerElement extends HTMLElement {
  engine: EventTarget & { state: string; video: HTMLVideoElement; play(): Promise<void>; seek(seconds: number): void };
}
interface Props {
  media: Row;
  /** Shown instead of the media's own still. */
  poster?: string | null;
  onPlayer?: (player: PlayerElement) => void;
}

const PLAYER = '/player/v1/otnet-player.js';

export function Preview({ media, poster, onPlayer }: Props) {
  const t = useT();
  const container = useRef<HTMLDivElement>(null);
  const [phase, setPhase] = useState<Phase>('poster');
  const kind = media.kind === 'audio' ? 'audio' : 'video';
  const playable = media.playable === true && Boolean(media.playback);

  const start = async () => {
    setPhase('loading');
    try {
      await import(/* @vite-ignore */ PLAYER);
      const player = document.createElement(`otnet-${kind}`) as PlayerElement;
      player.setAttribute('src', `/api/v1/playback/${media.id}`);
      container.current!.replaceChildren(player);
      setPhase('playing');
      onPlayer?.(player);
      // Playing starts when the configuration is known. A browser may want a click of its own: the player shows one.
      player.engine.addEventListener('config', () => void player.engine.play().catch(() => undefined), { once: true });
      player.focus();
    } catch {
      setPhase('fault');
    }
  };
  return (
    <div className={`preview ink`} data-kind={kind} data-phase={phase}>
      {phase !== 'playing' && <Picture src={poster ?? pictureOf(media)} seed={media.id} kind={kind} />}
      <div ref={container} className="preview-stage" />
      {(phase === 'poster' || phase === 'loading') && playable && (
        <button
          type="button"
          className="preview-play"
          disabled={phase === 'loading'}
          aria-label={t('media.play')}
          onClick={() => void start()}
        >
          <Icon icon={Play} size={28} />
        </button>
      )}
      {phase === 'poster' && !playable && media.state !== 'failed' && (
        <span className="preview-words">{t('media.not_playable')}</span>
      )}
      {phase === 'fault' && (
        <span className="preview-words" role="alert">
          <Icon icon={TriangleAlert} />
          {t('media.play_failed')}
        </span>
      )}
    </div>
  );
}
