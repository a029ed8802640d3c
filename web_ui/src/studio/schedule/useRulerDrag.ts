/**
 * Drags programs on the ruler: moves one, changes its end, or brings a title from outside. The pointer may leave the
 * element where it began; Escape ends a drag without a change.
 */
import { useEffect, useRef, useState, type PointerEvent as ReactPointerEvent, type RefObject } from 'react';
import { conflictOf, snapEnd, snapStart, type Program, type Span } from './programs';
import { HOUR, startOfDay, type Day } from './zone';

const THRESHOLD_PX = 4;
const SCROLL_EDGE_PX = 40;
const SCROLL_STEP_PX = 14;

export interface DraggedTitle {
  id: string;
  title: string;
  /** In ms. */
  duration: number;
}
export type DragSource =
  | { kind: 'move'; program: Program }
  | { kind: 'resize'; program: Program }
  | { kind: 'new'; title: DraggedTitle };

export interface Drag {
  source: DragSource;
  /** Where it would be dropped; null outside the ruler. */
  span: Span | null;
  conflict: Program | null;
  x: number;
  y: number;
}

interface Options {
  ruler: RefObject<HTMLElement | null>;
  zone: string;
  pxPerHour: number;
  programs: readonly Program[];
  onDrop: (source: DragSource, span: Span, conflict: Program | null) => void;
}

/** The click that follows the release of a drag is no click on what is below the pointer. */
function swallowClick(): void {
  const controller = new AbortController();
  const swallow = (event: MouseEvent) => {
    event.stopPropagation();
    event.preventDefault();
  };
  addEventListener('click', swallow, { capture: true, signal: controller.signal });
  window.setTimeout(() => controller.abort(), 0);
}

const idOf = (source: DragSource): string | undefined => (source.kind === 'new' ? undefined : source.program.id);

export function useRulerDrag(options: Options) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const latest = useRef(options);
  latest.current = options;
  const stop = useRef<() => void>(() => undefined);
  useEffect(() => () => stop.current(), []);

  /** The instant at a point of the ruler, and the start of its day; null outside. */
  const instantAt = (x: number, y: number, clamp: boolean): { at: number; origin: number } | null => {
    const { ruler, zone, pxPerHour } = latest.current;
    const box = ruler.current!.getBoundingClientRect();
    if (!clamp && (x < box.left || x > box.right || y < box.top || y > box.bottom)) return null;
    const columns = [...ruler.current!.querySelectorAll<HTMLElement>('[data-day]')];
    const boxes = columns.map((column) => column.getBoundingClientRect());
    const distance = (b: DOMRect) => Math.max(b.left - x, x - b.right, 0);
    const nearest = boxes.reduce((best, b, i) => (distance(b) < distance(boxes[best]!) ? i : best), 0);
    const column = columns[nearest];
    if (!column) return null;
    const origin = startOfDay(column.dataset.day as Day, zone);
    return { at: origin + ((y - boxes[nearest]!.top) / pxPerHour) * HOUR, origin };
  };

  const begin = (event: ReactPointerEvent, source: DragSource) => {
    if (event.button !== 0) return;
    stop.current();
    const { clientX, clientY } = event;
    const start = instantAt(clientX, clientY, true);
    const grabbed = source.kind === 'move' && start ? start.at - source.program.starts : 0;
    let current: Drag | null = null;
    const spanAt = (x: number, y: number): Span | null => {
      const { programs } = latest.current;
      const point = instantAt(x, y, source.kind !== 'new');
      if (!point) return null;
      if (source.kind === 'resize')
        return { starts: source.program.starts, ends: snapEnd(point.at, source.program, programs) };
      const duration = source.kind === 'new' ? source.title.duration : source.program.ends - source.program.starts;
      const starts = snapStart(point.at - grabbed, duration, point.origin, programs, idOf(source));
      return { starts, ends: starts + duration };
    };
    const onMove = (e: PointerEvent) => {
      if (!current && Math.hypot(e.clientX - clientX, e.clientY - clientY) < THRESHOLD_PX) return;
      e.preventDefault();
      const scroller = latest.current.ruler.current!;
      const box = scroller.getBoundingClientRect();
      if (e.clientX > box.left && e.clientX < box.right) {
        if (e.clientY > box.bottom - SCROLL_EDGE_PX) scroller.scrollTop += SCROLL_STEP_PX;
        else if (e.clientY < box.top + SCROLL_EDGE_PX) scroller.scrollTop -= SCROLL_STEP_PX;
      }
      const span = spanAt(e.clientX, e.clientY);
      const conflict = span && conflictOf(latest.current.programs, span, idOf(source));
      current = { source, span, conflict, x: e.clientX, y: e.clientY };
      setDrag(current);
    };
    const end = () => {
      stop.current();
      setDrag(null);
    };
    const onUp = () => {
      const dropped = current;
      end();
      if (!dropped) return;
      swallowClick();
      if (dropped.span) latest.current.onDrop(source, dropped.span, dropped.conflict);
    };
    const onKey = (e: KeyboardEvent) => {
      if (e.key === 'Escape') end();
    };
    const controller = new AbortController();
    const { signal } = controller;
    stop.current = () => controller.abort();
    addEventListener('pointermove', onMove, { signal });
    addEventListener('pointerup', onUp, { signal });
    addEventListener('pointercancel', end, { signal });
    addEventListener('keydown', onKey, { signal, capture: true });
  };
  return { drag, begin };
}
