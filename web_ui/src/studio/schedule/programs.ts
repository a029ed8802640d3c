/** The programs of a channel: overlaps, gaps, and times that programs snap to. Instants are in ms. Pure. */
import type { Row } from '../api/schema';
import { pictureOf } from '../ui/Picture';
import { mainMedia } from '../workbench/filmState';
import { dayOf, MINUTE, onDay, type Day } from './zone';

export interface Span {
  starts: number;
  ends: number;
}
export interface Program extends Span {
  id: string;
  content: string;
  title: string;
  picture: string | null;
  /** The duration of the title in ms, if it has media. */
  titleLength?: number | null;
  row: Row;
}

export const SNAP = 5 * MINUTE;

/** The duration of a title in ms; null if it has no media yet. */
export function titleDuration(content: Row): number | null {
  const seconds = mainMedia(content)?.duration_s;
  return seconds ? Math.max(1, Math.round(seconds)) * 1000 : null;
}

export function programOf(row: Row): Program {
  const starts = Date.parse(String(row.starts_at));
  const content = (row.expanded as Record<string, Row | null> | undefined)?.content;
  return {
    id: row.id,
    content: String(row.content),
    title: String(row.title || content?.title || '…'),
    picture: content ? pictureOf(content, 'poster') : null,
    titleLength: content ? titleDuration(content) : null,
    starts,
    ends: starts + Number(row.duration_s ?? 0) * 1000,
    row,
  };
}

/** The first program, in order of time, that overlaps with a span. */
export const conflictOf = (programs: readonly Program[], span: Span, except?: string): Program | null =>
  programs
    .filter((p) => p.id !== except && p.starts < span.ends && p.ends > span.starts)
    .sort((a, b) => a.starts - b.starts)[0] ?? null;

/** The times between `from` and `to` in which no program runs. */
export function gapsIn(programs: readonly Program[], from: number, to: number): Span[] {
  const gaps: Span[] = [];
  let free = from;
  for (const program of [...programs].sort((a, b) => a.starts - b.starts)) {
    if (program.starts >= to) break;
    if (program.starts > free) gaps.push({ starts: free, ends: program.starts });
    free = Math.max(free, program.ends);
  }
  return free < to ? [...gaps, { starts: free, ends: to }] : gaps;
}

const nearest = (at: number, candidates: readonly number[]): number | null =>
  candidates.filter((c) => Math.abs(c - at) <= SNAP).sort((a, b) => Math.abs(a - at) - Math.abs(b - at))[0] ?? null;

/** The next multiple of five minutes after `origin`, the start of the day. */
const onGrid = (at: number, origin: number): number => origin + Math.round((at - origin) / SNAP) * SNAP;

/** Where a program of some duration would start: after the end of another one or before the start of one, else on a
 * multiple of five minutes. */
export function snapStart(
  at: number,
  duration: number,
  origin: number,
  programs: readonly Program[],
  except?: string,
): number {
  const others = programs.filter((p) => p.id !== except);
  const edges = others.flatMap((p) => [p.ends, p.starts - duration]);
  return nearest(at, edges) ?? onGrid(at, origin);
}

/** Where a program would end: with its title, at the start of another one, else on a multiple of five minutes after its
 * start. */
export function snapEnd(
  at: number,
  program: Span & { id?: string; titleLength?: number | null },
  programs: readonly Program[],
): number {
  const edges = programs.filter((p) => p.id !== program.id && p.starts > program.starts).map((p) => p.starts);
  if (program.titleLength) edges.push(program.starts + program.titleLength);
  return Math.max(program.starts + MINUTE, nearest(at, edges) ?? onGrid(at, program.starts));
}

export interface Copy extends Span {
  content: string;
  values: Record<string, unknown>;
}

/** The programs that start on a day, at the same wall-clock times of another day. */
export function copyDay(programs: readonly Program[], from: Day, to: Day, zone: string): Copy[] {
  return programs
    .filter((p) => dayOf(p.starts, zone) === from)
    .map((p) => {
      const starts = onDay(p.starts, to, zone);
      const { title, replay, catch_up_days, notes } = p.row;
      return {
        content: p.content,
        starts,
        ends: starts + (p.ends - p.starts),
        values: { title, replay, catch_up_days, notes },
      };
    });
}

/** The programs in the way of copies, which may also overlap with each other where clocks are put forward. */
export function conflictsOfCopies(copies: readonly Copy[], programs: readonly Program[]): string[] {
  const titles = copies.flatMap((copy, n) => {
    const other = conflictOf(programs, copy)?.title;
    const itself = copies.some((o, m) => m < n && o.starts < copy.ends && o.ends > copy.starts);
    return other ? [other] : itself ? [String(copy.values.title ?? '…')] : [];
  });
  return [...new Set(titles)];
}
