/** Start position, duration and seekable range of a title, in seconds. Pure. */
import type { PlayerConfig } from '../config/config';
import type { Live } from './types';

/** Longer durations mean a growing timeline. */
const UNBOUNDED_DURATION_S = 1e9;
const NEAR_END_S = 5;

/** The saved position, else the configured start. A title watched to its end starts over. */
export function startPosition({ resume, start, end, duration_s }: PlayerConfig): number | null {
  const last = end ?? duration_s ?? Infinity;
  if (typeof resume === 'number' && resume > 0 && resume < last - NEAR_END_S) return resume;
  return start || null;
}

/**
 * `mediaDuration` is the media element's; until it is known, the configuration's is used. NaN while the timeline
 * grows or is live.
 */
export function durationOf(config: PlayerConfig | null, mediaDuration: number, loaded: boolean): number {
  if (config?.live) return Number.NaN;
  if (mediaDuration > 0 && mediaDuration < UNBOUNDED_DURATION_S) return mediaDuration;
  return loaded && mediaDuration >= UNBOUNDED_DURATION_S ? Number.NaN : (config?.duration_s ?? Number.NaN);
}

/** Clamps a time to the seekable range. */
export function clampToSeekable(seconds: number, { isLive, start, edge }: Live, duration: number): number {
  const last = isLive ? edge : Number.isFinite(duration) ? duration : Infinity;
  return Math.min(Math.max(seconds, isLive ? start : 0), last);
}
