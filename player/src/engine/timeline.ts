/** Times of a title: where it begins, how long it is, how far one may seek. Pure; all in seconds. */
import type { PlayerConfig } from '../config/config';
import type { Live } from './types';

/** A duration beyond this is a timeline that grows. */
const UNBOUNDED_DURATION_S = 1e9;
const NEAR_END_S = 5;

/** Where this viewer left off, else where the configuration says; who left off at the end begins anew. */
export function startPosition({ resume, start, end, duration_s }: PlayerConfig): number | null {
  const last = end ?? duration_s ?? Infinity;
  if (typeof resume === 'number' && resume > 0 && resume < last - NEAR_END_S) return resume;
  return start || null;
}

/** `known` is the media element's; the configuration's has to do until there is one. NaN while it grows or is live. */
export function durationOf(config: PlayerConfig | null, mediaDuration: number, loaded: boolean): number {
  if (config?.live) return Number.NaN;
  if (mediaDuration > 0 && mediaDuration < UNBOUNDED_DURATION_S) return mediaDuration;
  return loaded && mediaDuration >= UNBOUNDED_DURATION_S ? Number.NaN : (config?.duration_s ?? Number.NaN);
}

/** The nearest time that one may seek to. */
export function clampToSeekable(seconds: number, { isLive, start, edge }: Live, duration: number): number {
  const last = isLive ? edge : Number.isFinite(duration) ? duration : Infinity;
  return Math.min(Math.max(seconds, isLive ? start : 0), last);
}
