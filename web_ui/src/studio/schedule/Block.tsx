/** What is drawn on the ruler of time: programs, which can be moved, and airings, which can't. */
import type { CSSProperties, KeyboardEvent, PointerEvent } from 'react';
import { useT } from '../i18n';
import { Picture } from '../ui/Picture';
import type { Airing } from './airings';
import type { Program, Span } from './programs';
import { conflictWords, replacedWords, timesOf } from './times';
import type { DragSource } from './useRulerDrag';
import { formatTime, HOUR } from './zone';

const MIN_POSTER_PX = 46;
const MIN_WORDS_PX = 13;

export interface Box {
  top: number;
  height: number;
}

/** The part of a span within a day, in px from the top of the day; null outside the day. */
export function place(span: Span, day: Span, pxPerHour: number): Box | null {
  const [starts, ends] = [Math.max(span.starts, day.starts), Math.min(span.ends, day.ends)];
  if (ends <= starts) return null;
  return { top: ((starts - day.starts) / HOUR) * pxPerHour, height: ((ends - starts) / HOUR) * pxPerHour };
}

interface BlockProps {
  program: Program;
  zone: string;
  box: Box;
  editable: boolean;
  /** Why it was not on, or will not be; empty otherwise. */
  note: string;
  conflict: Program | null;
  dragged: boolean;
  onDragStart: (event: PointerEvent, source: DragSource) => void;
  onOpen: () => void;
  onRemove: () => void;
  onKeyDown: (event: KeyboardEvent) => boolean;
  onBlur: () => void;
}

export function Block({ program, zone, box, editable, note, conflict, dragged, ...on }: BlockProps) {
  const t = useT();
  const small = box.height < MIN_POSTER_PX;
  return (
    <div
      className="block"
      data-program={program.id}
      data-conflict={conflict ? true : undefined}
      data-dragged={dragged || undefined}
      data-small={small || undefined}
      data-missed={note !== '' || undefined}
      style={box}
    >
      <button
        type="button"
        className="block-body"
        title={`${timesOf(program, zone)} ${program.title}${note && ` – ${note}`}`}
        aria-describedby={editable ? 'schedule-keys' : undefined}
        onClick={on.onOpen}
        onPointerDown={(event) => {
          if (editable && event.pointerType !== 'touch') on.onDragStart(event, { kind: 'move', program });
        }}
        onKeyDown={(event) => {
          if (!editable || on.onKeyDown(event) || event.key !== 'Delete') return;
          event.preventDefault();
          on.onRemove();
        }}
        onBlur={on.onBlur}
      >
        {!small && <Picture src={program.picture} seed={program.content} shape="poster" />}
        <span className="block-words">
          <b dir="auto">{program.title}</b>
          <span className="num">{timesOf(program, zone)}</span>
          {note && <span className="block-note">{note}</span>}
          {conflict && <span role="alert">{t('schedule.overlaps', conflictWords(conflict, zone))}</span>}
        </span>
      </button>
      {editable && (
        <span
          className="block-end"
          aria-hidden="true"
          onPointerDown={(event) => on.onDragStart(event, { kind: 'resize', program })}
        />
      )}
    </div>
  );
}

interface AiringBlockProps {
  airing: Airing;
  picture: string | null;
  zone: string;
  box: Box;
  onOpen: (airing: Airing) => void;
}

/** An airing that is over or can't be changed any more is a button, which previews it; a forecast lies behind. */
export function AiringBlock({ airing, picture, zone, box, onOpen }: AiringBlockProps) {
  const t = useT();
  const slate = airing.kind === 'slate';
  const name = slate
    ? t('schedule.slate')
    : airing.title || t(airing.kind === 'live' ? 'channel.live_now' : 'schedule.slate');
  const title = airing.count > 1 ? t('schedule.and_more', { name, smart_count: airing.count - 1 }) : name;
  const attributes = {
    className: 'airing-block',
    'data-phase': airing.phase,
    'data-kind': airing.kind,
    title: [timesOf(airing, zone), title, airing.replaces && replacedWords(airing.replaces, t)]
      .filter(Boolean)
      .join(' '),
    'data-missed': airing.replaces ? true : undefined,
    style: box as CSSProperties,
  };
  const body = box.height >= MIN_WORDS_PX && (
    <>
      {box.height >= MIN_POSTER_PX && airing.content && <Picture src={picture} seed={airing.content} shape="poster" />}
      <span className="block-words">
        <b dir="auto">{title}</b>
        {box.height >= 2 * MIN_WORDS_PX + 6 && <span className="num">{formatTime(airing.starts, zone)}</span>}
      </span>
    </>
  );
  if (airing.phase === 'forecast') return <div {...attributes}>{body}</div>;
  return (
    <button type="button" {...attributes} aria-label={attributes.title} onClick={() => onOpen(airing)}>
      {body}
    </button>
  );
}
