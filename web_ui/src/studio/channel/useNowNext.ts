/** What a channel shows now, and what follows. */
import { useTick } from '../ui/components';
import type { Airing } from '../schedule/airings';
import { useAirings } from '../schedule/useAirings';
import { HOUR, MINUTE } from '../schedule/zone';

const TICK_MS = 10_000;
const EARLIER = 2 * HOUR;
const AHEAD = 6 * HOUR;
/** The range that is read stays the same for so long. */
const STEP = 30 * MINUTE;
/** Shorter fillers and slates are no entry of their own. */
const SHORTEST = 2 * MINUTE;

const isBreak = (airing: Airing): boolean =>
  (airing.kind === 'filler' || airing.kind === 'slate') && airing.ends - airing.starts < SHORTEST;

/** The airing of now, and at most `count` that follow. Pure. */
export function nowAndNext(airings: readonly Airing[], now: number, count: number) {
  const on = airings.find((a) => a.starts <= now && now < a.ends) ?? null;
  const following = airings.filter((a) => a.starts > now && !isBreak(a));
  return { on, next: following.slice(0, count) };
}

export function useNowNext(channel: string, count: number) {
  useTick(TICK_MS);
  const now = Date.now();
  const start = Math.floor((now - EARLIER) / STEP) * STEP;
  const { airings, known } = useAirings(channel, { starts: start, ends: start + EARLIER + AHEAD + STEP });
  return { now, known, ...nowAndNext(airings, now, count) };
}
