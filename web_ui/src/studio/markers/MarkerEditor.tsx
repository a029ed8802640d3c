/** Marks the intro and the credits at the player: from the current time, on a bar of the whole title, and with keys. */
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { Row } from '../api/schema';
import { useT } from '../i18n';
import type { PlayerElement } from '../media/Preview';
import { useSchema } from '../SchemaContext';
import { Button, Icon, IconButton } from '../ui/components';
import { Check, Play, TriangleAlert, Undo2, X } from '../ui/lucide';
import {
  EDGES,
  formatPreciseTime,
  isUnfinished,
  markerProblem,
  stepOf,
  without,
  withEdge,
  type Edge,
  type Markers,
} from './markers';
import { useMarkers } from './useMarkers';

/** The time of the player; 0 before it has started. */
function useCurrentTime(player: PlayerElement | null): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!player) return undefined;
    const update = () => setSeconds(player.engine.video.currentTime);
    for (const type of ['timeupdate', 'seeking']) player.engine.video.addEventListener(type, update);
    return () => {
      for (const type of ['timeupdate', 'seeking']) player.engine.video.removeEventListener(type, update);
    };
  }, [player]);
  return seconds;
}

interface BarProps {
  markers: Markers;
  duration: number;
  current: number | null;
  onSeek: (seconds: number) => void;
  onMove: (edge: Edge, seconds: number, begins: boolean) => void;
}

function MarkerBar({ markers, duration, current, onSeek, onMove }: BarProps) {
  const t = useT();
  const bar = useRef<HTMLDivElement>(null);
  const [dragged, setDragged] = useState<Edge | null>(null);
  const percent = (seconds: number) => `${(100 * seconds) / duration}%`;
  const secondsAt = (x: number) => {
    const box = bar.current!.getBoundingClientRect();
    return Math.min(1, Math.max(0, (x - box.left) / box.width)) * duration;
  };
  const onKeyDown = (event: KeyboardEvent, edge: Edge) => {
    const step = stepOf(event.key, event.shiftKey);
    if (step === null) return;
    event.preventDefault();
    onMove(edge, (markers[edge] ?? 0) + step, !event.repeat);
  };
  const handlers = (edge: Edge) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.preventDefault();
      event.stopPropagation();
      event.currentTarget.focus();
      event.currentTarget.setPointerCapture(event.pointerId);
      setDragged(edge);
      onMove(edge, markers[edge] ?? 0, true);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (dragged === edge) onMove(edge, secondsAt(event.clientX), false);
    },
    onPointerUp: () => setDragged(null),
    onPointerCancel: () => setDragged(null),
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => onKeyDown(event, edge),
  });
  const { intro_start_s: start, intro_end_s: end, credits_start_s: credits } = markers;
  return (
    <div className="marker-bar" ref={bar} onPointerDown={(event) => onSeek(secondsAt(event.clientX))}>
      {start !== null && (
        <span
          className="marker-range"
          data-unfinished={end === null || undefined}
          style={{ left: percent(start), width: percent(Math.max(0, (end ?? start) - start)) }}
        >
          {t('markers.intro')}
        </span>
      )}
      {credits !== null && (
        <span className="marker-range" style={{ left: percent(credits), right: 0 }}>
          {t('markers.credits')}
        </span>
      )}
      {current !== null && <i className="marker-now" style={{ left: percent(Math.min(current, duration)) }} />}
      {EDGES.map(
        (edge) =>
          markers[edge] !== null && (
            <button
              key={edge}
              type="button"
              role="slider"
              className="marker-handle"
              data-edge={edge}
              style={{ left: percent(markers[edge]) }}
              aria-label={t(`markers.edge.${edge}`)}
              aria-valuemin={0}
              aria-valuemax={duration}
              aria-valuenow={markers[edge]}
              aria-valuetext={formatPreciseTime(markers[edge])}
              {...handlers(edge)}
            />
          ),
      )}
    </div>
  );
}

function MarkerRow({
  name,
  edges,
  markers,
  onJump,
  onClear,
}: {
  name: string;
  edges: readonly Edge[];
  markers: Markers;
  onJump: ((seconds: number) => void) | null;
  onClear: () => void;
}) {
  const t = useT();
  const marked = edges.filter((edge) => markers[edge] !== null);
  if (marked.length === 0) return null;
  return (
    <li>
      <b>{name}</b>
      {marked.map((edge) => (
        <button
          key={edge}
          type="button"
          className="text-btn marker-time num"
          disabled={!onJump}
          aria-label={t('markers.jump', { name: t(`markers.edge.${edge}`), time: formatPreciseTime(markers[edge]!) })}
          onClick={() => onJump?.(markers[edge]!)}
        >
          <Icon icon={Play} size={12} />
          {formatPreciseTime(markers[edge]!)}
        </button>
      ))}
      <IconButton className="small" label={t('markers.clear', { name })} icon={X} onClick={onClear} />
    </li>
  );
}

export function MarkerEditor({ media, player }: { media: Row; player: PlayerElement | null }) {
  const t = useT();
  const resource = useSchema().find('media')!;
  const duration = Number(media.duration_s);
  const { markers, saved, error, canUndo, change, undo } = useMarkers(resource, media, duration);
  const current = useCurrentTime(player);
  const problem = markerProblem(markers, duration);
  const seek = (seconds: number) => player?.engine.seek(seconds);
  const move = (edge: Edge, seconds: number, begins: boolean) => {
    const next = withEdge(markers, edge, seconds, duration);
    change(next, begins);
    seek(next[edge]!);
  };
  return (
    <section
      className="marker-editor"
      aria-label={t('markers.title')}
      onKeyDown={(event) => {
        if (event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        undo();
      }}
    >
      <header>
        <h2>{t('markers.title')}</h2>
        <span className="saved-mark" role="status">
          {saved && (
            <>
              <Icon icon={Check} size={14} />
              {t('form.saved')}
            </>
          )}
        </span>
        <Button small kind="quiet" icon={Undo2} disabled={!canUndo} onClick={undo}>
          {t('markers.undo')}
        </Button>
      </header>
      <MarkerBar markers={markers} duration={duration} current={player ? current : null} onSeek={seek} onMove={move} />
      <div className="btn-row">
        {EDGES.map((edge) => (
          <Button
            key={edge}
            small
            disabled={!player}
            onClick={() => change(withEdge(markers, edge, player!.engine.video.currentTime, duration))}
          >
            {t(`markers.here.${edge}`)}
          </Button>
        ))}
        {player && <span className="muted num marker-current">{formatPreciseTime(current)}</span>}
      </div>
      {!player && <p className="muted marker-hint">{t('markers.start_player')}</p>}
      {player && isUnfinished(markers) && <p className="muted marker-hint">{t('markers.unfinished')}</p>}
      {(problem || error) && (
        <p className="danger marker-hint" role="alert">
          <Icon icon={TriangleAlert} size={14} /> {problem ? t(problem) : error}
        </p>
      )}
      <ul className="marker-rows">
        <MarkerRow
          name={t('markers.intro')}
          edges={['intro_start_s', 'intro_end_s']}
          markers={markers}
          onJump={player ? seek : null}
          onClear={() => change(without(markers, 'intro'))}
        />
        <MarkerRow
          name={t('markers.credits')}
          edges={['credits_start_s']}
          markers={markers}
          onJump={player ? seek : null}
          onClear={() => change(without(markers, 'credits'))}
        />
      </ul>
    </section>
  );
}
