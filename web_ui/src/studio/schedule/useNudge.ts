/** Moves a program with keys. It is saved shortly after the last key, unless it would overlap with another one. */
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { conflictOf, type Program, type Span } from './programs';
import { addDays, dayOf, MINUTE, onDay } from './zone';

const SAVE_DELAY_MS = 700;
const STEP = 5 * MINUTE;

/**
 * Where a key puts a program; null for other keys. Up and down move it by five minutes, with Shift by one, and with Alt
 * they move its end. Left and right move it to the same time of another day. Pure.
 */
export function nudged(event: { key: string; shiftKey: boolean; altKey: boolean }, span: Span, zone: string) {
  const direction = event.key === 'ArrowDown' || event.key === 'ArrowRight' ? 1 : -1;
  const length = span.ends - span.starts;
  if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
    const by = direction * (event.shiftKey ? MINUTE : STEP);
    if (!event.altKey) return { starts: span.starts + by, ends: span.ends + by };
    return { starts: span.starts, ends: Math.max(span.starts + MINUTE, span.ends + by) };
  }
  if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    const starts = onDay(span.starts, addDays(dayOf(span.starts, zone), direction), zone);
    return { starts, ends: starts + length };
  }
  return null;
}

export interface Nudge {
  id: string;
  span: Span;
  conflict: Program | null;
}

export function useNudge(programs: readonly Program[], zone: string, save: (program: Program, span: Span) => void) {
  const [nudge, setNudge] = useState<Nudge | null>(null);
  const timer = useRef(0);
  const latest = useRef({ nudge, programs, save });
  latest.current = { nudge, programs, save };
  /** Saves what was moved, or puts it back. */
  const settle = () => {
    window.clearTimeout(timer.current);
    const { nudge: moved, programs: known } = latest.current;
    if (!moved) return;
    latest.current.nudge = null;
    setNudge(null);
    const program = known.find((p) => p.id === moved.id);
    if (program && !moved.conflict) latest.current.save(program, moved.span);
  };
  // What was moved is also saved when the page is left before the delay is over.
  useEffect(() => settle, []);
  const onKeyDown = (event: KeyboardEvent, program: Program): boolean => {
    if (event.key === 'Escape' && nudge?.id === program.id) {
      window.clearTimeout(timer.current);
      setNudge(null);
      return true;
    }
    const span = nudged(event, nudge?.id === program.id ? nudge.span : program, zone);
    if (!span) return false;
    event.preventDefault();
    const conflict = conflictOf(programs, span, program.id);
    setNudge({ id: program.id, span, conflict });
    window.clearTimeout(timer.current);
    if (!conflict) timer.current = window.setTimeout(settle, SAVE_DELAY_MS);
    return true;
  };
  return { nudge, onKeyDown, settle };
}
