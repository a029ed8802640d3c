/** Days as columns of a ruler of time, with the programs of a channel as blocks. */
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
} from 'react';
import { useT } from '../i18n';
import { useTick } from '../ui/components';
import { formatSpan } from '../ui/format';
import { Picture } from '../ui/Picture';
import { dayName, shortDayName } from './dayNames';
import { gapsIn, snapStart, type Program, type Span } from './programs';
import { useNudge } from './useNudge';
import type { Drag, DragSource } from './useRulerDrag';
import { dayOf, endOfDay, formatTime, HOUR, hoursOf, MINUTE, startOfDay, type Day } from './zone';

const FULL_DAY = 24 * HOUR;
const FIRST_HOUR = 6;
const MIN_LABEL_PX = 18;
const MIN_TARGET_PX = 24;
const MIN_POSTER_PX = 46;
const NOW_MS = 30_000;

export const timesOf = (span: Span, zone: string): string =>
  `${formatTime(span.starts, zone)} – ${formatTime(span.ends, zone)}`;

interface Props {
  ruler: RefObject<HTMLDivElement | null>;
  days: readonly Day[];
  zone: string;
  pxPerHour: number;
  programs: readonly Program[];
  editable: boolean;
  loading: boolean;
  drag: Drag | null;
  onDragStart: (event: PointerEvent, source: DragSource) => void;
  onOpen: (program: Program) => void;
  onAdd: (starts: number) => void;
  onSave: (program: Program, span: Span) => void;
  onRemove: (program: Program) => void;
}

/** The part of a span within a day, in px from the top of the day; null outside the day. */
function place(span: Span, day: Span, pxPerHour: number): { top: number; height: number } | null {
  const [starts, ends] = [Math.max(span.starts, day.starts), Math.min(span.ends, day.ends)];
  if (ends <= starts) return null;
  return { top: ((starts - day.starts) / HOUR) * pxPerHour, height: ((ends - starts) / HOUR) * pxPerHour };
}

interface BlockProps extends Pick<Props, 'zone' | 'editable' | 'onDragStart' | 'onOpen' | 'onRemove'> {
  program: Program;
  box: { top: number; height: number };
  conflict: Program | null;
  dragged: boolean;
  onKeyDown: (event: KeyboardEvent) => boolean;
  onBlur: () => void;
}

function Block({ program, zone, box, editable, conflict, dragged, ...on }: BlockProps) {
  const t = useT();
  const small = box.height < MIN_POSTER_PX;
  return (
    <div
      className="block"
      data-program={program.id}
      data-conflict={conflict ? true : undefined}
      data-dragged={dragged || undefined}
      data-small={small || undefined}
      style={{ top: box.top, height: box.height }}
    >
      <button
        type="button"
        className="block-body"
        aria-describedby={editable ? 'schedule-keys' : undefined}
        onClick={() => on.onOpen(program)}
        onPointerDown={(event) => {
          if (editable && event.pointerType !== 'touch') on.onDragStart(event, { kind: 'move', program });
        }}
        onKeyDown={(event) => {
          if (!editable || on.onKeyDown(event) || event.key !== 'Delete') return;
          event.preventDefault();
          on.onRemove(program);
        }}
        onBlur={on.onBlur}
      >
        {!small && <Picture src={program.picture} seed={program.content} shape="poster" />}
        <span className="block-words">
          <b dir="auto">{program.title}</b>
          <span className="num">{timesOf(program, zone)}</span>
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

export const conflictWords = (conflict: Program, zone: string) => ({
  title: conflict.title,
  times: timesOf(conflict, zone),
});

export function Ruler(props: Props) {
  const { ruler, days, zone, pxPerHour, programs, editable, loading, drag, onSave } = props;
  const t = useT();
  useTick(NOW_MS);
  const now = Date.now();
  const { nudge, onKeyDown, settle } = useNudge(programs, zone, onSave);
  const spans = days.map((day) => ({ day, starts: startOfDay(day, zone), ends: endOfDay(day, zone) }));
  const regular = spans.find((span) => span.ends - span.starts === FULL_DAY);
  const today = dayOf(now, zone);
  const shown = programs.map((p) => (nudge?.id === p.id ? { ...p, ...nudge.span } : p));
  const single = days.length === 1;

  // The ruler opens at the present time, or in the morning, and keeps its middle when it is zoomed.
  const opened = useRef('');
  const scale = useRef(pxPerHour);
  useEffect(() => {
    const range = `${days[0]} ${days.length}`;
    if (opened.current === range) return;
    opened.current = range;
    const start = days.includes(today) ? now - startOfDay(today, zone) - HOUR : FIRST_HOUR * HOUR;
    ruler.current!.scrollTop = (start / HOUR) * pxPerHour;
  });
  useLayoutEffect(() => {
    const { clientHeight, scrollTop } = ruler.current!;
    const middle = (scrollTop + clientHeight / 2) / scale.current;
    if (scale.current !== pxPerHour) ruler.current!.scrollTop = middle * pxPerHour - clientHeight / 2;
    scale.current = pxPerHour;
  }, [pxPerHour]);

  // A block that was moved to another day is another element there: it gets the focus.
  useLayoutEffect(() => {
    if (!nudge || ruler.current?.querySelector('.block-body:focus')) return;
    ruler.current?.querySelector<HTMLElement>(`[data-program="${nudge.id}"] .block-body`)?.focus();
  }, [nudge]);

  const labels = (day: Day) => (
    <ol className="ruler-hours">
      {hoursOf(day, zone).map((hour) => (
        <li key={hour.at} style={{ top: ((hour.at - startOfDay(day, zone)) / HOUR) * pxPerHour }}>
          {hour.repeated ? t('schedule.again', { time: hour.label }) : hour.label}
        </li>
      ))}
    </ol>
  );
  const ownHours = (span: Span) => !regular || span.ends - span.starts !== FULL_DAY;
  const [gapHover, setGapHover] = useState<number | null>(null);
  return (
    <div
      className="ruler"
      ref={ruler}
      tabIndex={0}
      data-single={single || undefined}
      style={{ '--columns': days.length } as CSSProperties}
      role="group"
      aria-label={t('schedule.ruler')}
      aria-busy={loading}
    >
      <div className="ruler-head">
        {spans.map(({ day, starts, ends }) => (
          <div key={day} className="ruler-day" data-today={day === today || undefined}>
            <span>{single ? dayName(day) : shortDayName(day)}</span>
            {ends - starts !== FULL_DAY && (
              <span className="muted">{t('schedule.hours', { hours: (ends - starts) / HOUR })}</span>
            )}
          </div>
        ))}
      </div>
      <div className="ruler-body">
        {regular && labels(regular.day)}
        {spans.map((span) => {
          const { day } = span;
          const height = ((span.ends - span.starts) / HOUR) * pxPerHour;
          const nowBox = place({ starts: now, ends: now + MINUTE }, span, pxPerHour);
          const ghost = drag?.span && place(drag.span, span, pxPerHour);
          return (
            <section
              key={day}
              className="ruler-column"
              data-day={day}
              data-own-hours={ownHours(span) || undefined}
              aria-label={dayName(day)}
              style={{ height, '--hour': `${pxPerHour}px` } as CSSProperties}
            >
              {ownHours(span) && labels(day)}
              {(loading ? [] : gapsIn(shown, span.starts, span.ends)).map((gap) => {
                const box = place(gap, span, pxPerHour)!;
                const length = formatSpan((gap.ends - gap.starts) / 1000);
                const words = t('schedule.free', { length });
                // A shorter one is no target for a finger: it can be filled by the form, or after zooming in.
                if (!editable || box.height < MIN_TARGET_PX)
                  return (
                    <span key={gap.starts} className="gap" style={box}>
                      {box.height >= MIN_LABEL_PX && words}
                    </span>
                  );
                return (
                  <button
                    key={gap.starts}
                    type="button"
                    className="gap"
                    style={box}
                    aria-label={t('schedule.add_in_gap', { times: timesOf(gap, zone), length })}
                    onPointerEnter={() => setGapHover(gap.starts)}
                    onPointerLeave={() => setGapHover(null)}
                    onClick={(event) => {
                      const y = event.clientY - event.currentTarget.getBoundingClientRect().top;
                      const at = event.detail === 0 ? gap.starts : gap.starts + (y / pxPerHour) * HOUR;
                      props.onAdd(Math.max(gap.starts, snapStart(at, 0, span.starts, shown)));
                    }}
                  >
                    {gap.starts === gapHover ? t('schedule.add') : words}
                  </button>
                );
              })}
              {shown.map((program) => {
                const box = place(program, span, pxPerHour);
                if (!box) return null;
                const original = programs.find((p) => p.id === program.id)!;
                const source = drag?.source;
                return (
                  <Block
                    key={program.id}
                    {...props}
                    program={program}
                    box={box}
                    conflict={nudge?.id === program.id ? nudge.conflict : null}
                    dragged={source !== undefined && source.kind !== 'new' && source.program.id === program.id}
                    onOpen={() => props.onOpen(original)}
                    onKeyDown={(event) => onKeyDown(event, original)}
                    onBlur={settle}
                  />
                );
              })}
              {ghost && (
                <div className="block ghost" data-conflict={drag.conflict ? true : undefined} style={ghost}>
                  <span className="block-words">
                    <b dir="auto">{drag.source.kind === 'new' ? drag.source.title.title : drag.source.program.title}</b>
                    <span className="num">{timesOf(drag.span!, zone)}</span>
                  </span>
                </div>
              )}
              {nowBox && <i className="ruler-now" style={{ top: nowBox.top }} title={formatTime(now, zone)} />}
            </section>
          );
        })}
      </div>
      <p className="sr" role="status">
        {nudge && `${dayName(dayOf(nudge.span.starts, zone))}, ${timesOf(nudge.span, zone)}`}
      </p>
      <p className="sr" id="schedule-keys">
        {t('schedule.keys')}
      </p>
    </div>
  );
}
