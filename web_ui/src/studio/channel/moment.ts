/** What is played to preview a moment of a channel. Pure. */
import type { Airing } from '../schedule/airings';

export type MomentSource =
  /** The channel itself, which viewers can rewind as far. */
  | { kind: 'channel'; at: number }
  /** The title that was or will be on, at a position in seconds. */
  | { kind: 'title'; content: string; position: number }
  | { kind: 'slate' }
  | { kind: 'unknown' };

/** The channel plays up to the present, without the segment that is on. */
const EDGE_MS = 4000;

export function momentSource(
  airing: Airing | null,
  at: number,
  now: number,
  windowMs: number,
  on: boolean,
): MomentSource {
  if (on && at <= now - EDGE_MS && at >= now - windowMs) return { kind: 'channel', at };
  if (airing === null) return { kind: 'unknown' };
  if (airing.kind === 'slate' || airing.content === null) return { kind: 'slate' };
  return { kind: 'title', content: airing.content, position: Math.max(0, (at - airing.starts) / 1000) };
}
