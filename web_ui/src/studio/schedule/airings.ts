/** What a channel has played, will certainly play, and will probably play, as entries of a ruler of time. Pure. */
import type { Program, Span } from './programs';

/** `aired`: is over. `stored`: is on, or can't be changed any more. `forecast`: what the scheduler will choose. */
export type Phase = 'aired' | 'stored' | 'forecast';

export interface Airing extends Span {
  kind: 'program' | 'title' | 'filler' | 'slate' | 'live';
  phase: Phase;
  content: string | null;
  program: string | null;
  title: string;
  /** How many airings are drawn as this one. */
  count: number;
  /** Of a forecast: what should be on instead, and can't be. */
  replaces?: Replaced | null;
}

/** A title that can't be played, and why: `codec` is that of its pictures, if that is the reason. */
export interface Replaced {
  program: string | null;
  title: string;
  codec: string | null;
}

/** An entry of `GET …/channels/{id}/airings` and of `…/forecast`. */
export interface AiringItem {
  starts_at: string;
  ends_at: string;
  kind: Airing['kind'];
  content: string | null;
  program: string | null;
  title: string;
  replaces?: Replaced | null;
}

export function airingOf(item: AiringItem, stored: boolean, now: number): Airing {
  const [starts, ends] = [Date.parse(item.starts_at), Date.parse(item.ends_at)];
  const { kind, content, program, title } = item;
  const phase = !stored ? 'forecast' : ends <= now ? 'aired' : 'stored';
  return { starts, ends, kind, content, program, title, phase, count: 1, replaces: item.replaces ?? null };
}

const isJoinable = ({ kind }: Airing): boolean => kind !== 'program' && kind !== 'live';

/** Airings that begin this soon after each other are drawn without a gap, in ms. */
const SEAM = 1000;

/**
 * Airings as they can be drawn: an entry that is shorter than `shortest` is joined with what follows it, and has the
 * title of the longest of them. Programs and live streams stay as they are.
 */
export function condense(airings: readonly Airing[], shortest: number): Airing[] {
  const drawn: Airing[] = [];
  let longest = 0;
  for (const airing of airings) {
    const last = drawn.at(-1);
    const length = airing.ends - airing.starts;
    const joins =
      last !== undefined &&
      last.phase === airing.phase &&
      isJoinable(last) &&
      isJoinable(airing) &&
      Math.abs(airing.starts - last.ends) <= SEAM &&
      last.ends - last.starts < shortest;
    if (!joins) {
      drawn.push({ ...airing });
      longest = length;
      continue;
    }
    last.ends = airing.ends;
    last.replaces ??= airing.replaces;
    last.count += airing.count;
    if (length <= longest) continue;
    longest = length;
    [last.title, last.content, last.kind] = [airing.title, airing.content, airing.kind];
  }
  return drawn;
}

/** The programs of which an airing is stored: they can't be moved, shortened or deleted. */
export const airedPrograms = (airings: readonly Airing[]): ReadonlySet<string> =>
  new Set(airings.flatMap((a) => (a.program && a.phase !== 'forecast' ? [a.program] : [])));

/** What the forecast says about programs that can't be played, by program. */
export const replacedPrograms = (airings: readonly Airing[]): ReadonlyMap<string, Replaced> =>
  new Map(airings.flatMap((a) => (a.replaces?.program ? [[a.replaces.program, a.replaces]] : [])));

/** What is on at a moment: an airing, or, where none is known, a program. */
export function onAt(airings: readonly Airing[], programs: readonly Program[], at: number): Airing | null {
  const known = airings.find((a) => a.starts <= at && at < a.ends);
  if (known) return known;
  const program = programs.find((p) => p.starts <= at && at < p.ends);
  if (!program) return null;
  const { starts, ends, content, title, id } = program;
  return { starts, ends, content, title, program: id, kind: 'program', phase: 'forecast', count: 1 };
}
