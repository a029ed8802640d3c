/** Days as columns of a ruler of time, with the programs of a channel as blocks. */
import {
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type PointerEvent,
  type RefObject,
} from 'react';
import { useT } from '../i18n';
import { useTick } from '../ui/components';
import { formatSpan } from '../ui/format';
import { airedPrograms, condense, replacedPrograms, type Airing } from './airings';
import { AiringBlock, Block, place } from './Block';
import { dayName, shortDayName } from './dayNames';
import { gapsIn, snapStart, type Program, type Span } from './programs';
import { conflictWords, replacedWords, timesOf } from './times';
import { useNudge } from './useNudge';
import type { Drag, DragSource } from './useRulerDrag';
import { dayOf, endOfDay, formatTime, HOUR, hoursOf, MINUTE, startOfDay, type Day } from './zone';

const FULL_DAY = 24 * HOUR;
const FIRST_HOUR = 6;
const MIN_LABEL_PX = 18;
const MIN_TARGET_PX = 24;
/** Shorter airings are drawn together. */
const MIN_AIRING_PX = 18;
const NOW_MS = 30_000;

export interface Refused {
  source: DragSource;
  span: Span;
  conflict: Program;
}

interface Props {
  ruler: RefObject<HTMLDivElement | null>;
  days: readonly Day[];
  zone: string;
  pxPerHour: number;
  programs: readonly Program[];
  airings: readonly Airing[];
  /** Whether the airings are known: a program without one was then not aired. */
  known: boolean;
  pictureOf: (content: string | null) => string | null;
  editable: boolean;
  loading: boolean;
  drag: Drag | null;
  /** What was dropped where it overlaps. */
  refused: Refused | null;
  /** The moment that is previewed. */
  moment: number | null;
  onMoment: (at: number) => void;
  onDragStart: (event: PointerEvent, source: DragSource) => void;
  onOpen: (program: Program) => void;
  onAdd: (starts: number) => void;
  onSave: (program: Program, span: Span) => void;
  onRemove: (program: Program) => void;
}

/** A program of the forecast is drawn as the program that it is. */
const isPlanned = (airing: Airing, programs: ReadonlySet<string>): boolean =>
  airing.phase === 'forecast' && airing.program !== null && programs.has(airing.program);

const isForecast = (airings: readonly Airing[], gap: Span): boolean =>
  airings.some((a) => a.phase === 'forecast' && a.starts < gap.ends && a.ends > gap.starts);

export function Ruler(props: Props) {
  const { ruler, days, zone, pxPerHour, programs, airings, editable, loading, drag, refused, moment, onSave } = props;
  const t = useT();
  useTick(NOW_MS);
  const now = Date.now();
  const { nudge, onKeyDown, settle } = useNudge(programs, zone, onSave);
  const spans = days.map((day) => ({ day, starts: startOfDay(day, zone), ends: endOfDay(day, zone) }));
  const regular = spans.find((span) => span.ends - span.starts === FULL_DAY);
  const today = dayOf(now, zone);
  const fixed = useMemo(() => airedPrograms(airings), [airings]);
  const planned = useMemo(() => new Set(programs.map((p) => p.id)), [programs]);
  const drawn = useMemo(
    () => condense(airings, (MIN_AIRING_PX / pxPerHour) * HOUR).filter((a) => !isPlanned(a, planned)),
    [airings, pxPerHour, planned],
  );
  /** Nothing can begin before this: what is stored of the playout does not change. */
  const free = Math.max(now, ...airings.filter((a) => a.phase !== 'forecast').map((a) => a.ends));
  const canEdit = (program: Program) => editable && !fixed.has(program.id) && program.starts > now;
  const shown = programs.map((p) => (nudge?.id === p.id ? { ...p, ...nudge.span } : p));
  const visible = shown.filter((p) => !fixed.has(p.id));
  const single = days.length === 1;
  const replaced = useMemo(() => replacedPrograms(airings), [airings]);
  const noteOf = (program: Program): string => {
    const reason = replaced.get(program.id);
    if (reason) return replacedWords(reason, t);
    return props.known && program.ends <= now ? t('schedule.not_aired') : '';
  };

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
          const dropped = drag ?? refused;
          const ghost = dropped?.span && place(dropped.span, span, pxPerHour);
          const at = moment !== null && place({ starts: moment, ends: moment + MINUTE }, span, pxPerHour);
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
              {drawn.map((airing) => {
                const box = place(airing, span, pxPerHour);
                return (
                  box && (
                    <AiringBlock
                      key={`${airing.phase} ${airing.starts}`}
                      airing={airing}
                      picture={props.pictureOf(airing.content)}
                      zone={zone}
                      box={box}
                      onOpen={(chosen) => props.onMoment(Math.max(chosen.starts, span.starts))}
                    />
                  )
                );
              })}
              {(loading ? [] : gapsIn(visible, Math.max(span.starts, free), span.ends)).map((gap) => {
                const box = place(gap, span, pxPerHour)!;
                const length = formatSpan((gap.ends - gap.starts) / 1000);
                const words = isForecast(airings, gap) ? '' : t('schedule.free', { length });
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
                      props.onAdd(Math.max(gap.starts, snapStart(at, 0, span.starts, visible)));
                    }}
                  >
                    {gap.starts === gapHover ? <span className="gap-words">{t('schedule.add')}</span> : words}
                  </button>
                );
              })}
              {visible.map((program) => {
                const box = place(program, span, pxPerHour);
                if (!box) return null;
                const original = programs.find((p) => p.id === program.id)!;
                const source = drag?.source;
                return (
                  <Block
                    key={program.id}
                    program={program}
                    zone={zone}
                    box={box}
                    editable={canEdit(original)}
                    note={noteOf(program)}
                    conflict={nudge?.id === program.id ? nudge.conflict : null}
                    dragged={source !== undefined && source.kind !== 'new' && source.program.id === program.id}
                    onDragStart={props.onDragStart}
                    onOpen={() => props.onOpen(original)}
                    onRemove={() => props.onRemove(original)}
                    onKeyDown={(event) => onKeyDown(event, original)}
                    onBlur={settle}
                  />
                );
              })}
              {ghost && (
                <div className="block ghost" data-conflict={dropped.conflict ? true : undefined} style={ghost}>
                  <span className="block-words">
                    <b dir="auto">
                      {dropped.source.kind === 'new' ? dropped.source.title.title : dropped.source.program.title}
                    </b>
                    <span className="num">{timesOf(dropped.span!, zone)}</span>
                    {refused && !drag && <span>{t('schedule.overlaps', conflictWords(refused.conflict, zone))}</span>}
                  </span>
                </div>
              )}
              {moment !== null && (
                <div
                  className="moment-layer"
                  aria-hidden="true"
                  onPointerDown={(event) => {
                    const y = event.clientY - event.currentTarget.getBoundingClientRect().top;
                    props.onMoment(span.starts + (y / pxPerHour) * HOUR);
                  }}
                />
              )}
              {at && <i className="ruler-moment" style={{ top: at.top }} title={formatTime(moment, zone)} />}
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
