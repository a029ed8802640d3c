/** The viewers' own player on a record's page. Loaded when somebody wants to look. */
import { useEffect, useRef, useState } from 'react';
import type { Media } from '../../api';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import { Play, TriangleAlert } from '../ui/lucide';
import { Icon } from '../ui/parts';
import { pictureOf, Picture } from '../ui/Picture';

type Phase = 'poster' | 'loading' | 'playing' | 'fault';

export function Preview({ media }: { media: Row }) {
  const t = useT();
  const stage = useRef<HTMLDivElement>(null);
  const [phase, setPhase] = useState<Phase>('poster');
  const stop = useRef<(() => void) | null>(null);
  useEffect(() => () => stop.current?.(), []);
  const kind = media.kind === 'audio' ? 'audio' : 'video';
  const playable = media.playable === true && Boolean(media.playback);

  const start = async () => {
    setPhase('loading');
    try {
      const { create } = await import('../../watch/player');
      const video = document.createElement('video');
      video.playsInline = true;
      const container = document.createElement('div');
      container.className = 'player';
      container.append(video);
      stage.current!.replaceChildren(container);
      const player = await create(container, video, { windowKeys: false });
      stop.current = () => void player.destroy();
      player.on('fault', () => setPhase('fault'));
      await player.load({ ...media, chapters: media.chapters ?? [] } as unknown as Media, null);
      setPhase('playing');
      player.play();
      video.focus();
    } catch {
      setPhase('fault');
    }
  };
  return (
    <div className={`preview ink`} data-kind={kind} data-phase={phase}>
      {phase !== 'playing' && <Picture src={pictureOf(media)} seed={media.id} kind={kind} />}
      <div ref={stage} className="preview-stage" />
      {(phase === 'poster' || phase === 'loading') && playable && <button type="button" className="preview-play" disabled={phase === 'loading'} aria-label={t('media.play')} onClick={() => void start()}><Icon of={Play} size={28} /></button>}
      {phase === 'poster' && !playable && media.state !== 'failed' && <span className="preview-words">{t('media.not_playable')}</span>}
      {phase === 'fault' && <span className="preview-words" role="alert"><Icon of={TriangleAlert} />{t('media.play_failed')}</span>}
    </div>
  );
}
