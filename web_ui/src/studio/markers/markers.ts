/** Markers of media: the intro, and the start of the credits, in seconds. Pure. */
import type { MessageKey } from '../i18n';
import type { Row } from '../api/schema';

export const EDGES = ['intro_start_s', 'intro_end_s', 'credits_start_s'] as const;
export type Edge = (typeof EDGES)[number];
export type Markers = Record<Edge, number | null>;
export const NO_MARKERS: Markers = { intro_start_s: null, intro_end_s: null, credits_start_s: null };
/** Times are kept in tenths of a second. */
const STEPS_PER_S = 10;

const secondsOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

export const markersOf = (media: Row): Markers => ({
  intro_start_s: secondsOf(media.intro_start_s),
  intro_end_s: secondsOf(media.intro_end_s),
  credits_start_s: secondsOf(media.credits_start_s),
});

export const isSame = (a: Markers, b: Markers): boolean => EDGES.every((edge) => a[edge] === b[edge]);

/** A time within the title, in whole tenths of a second. */
export const clampTime = (seconds: number, duration: number): number =>
  Math.min(Math.floor(duration * STEPS_PER_S), Math.max(0, Math.round(seconds * STEPS_PER_S))) / STEPS_PER_S;

/** The markers with one edge at a time. An intro of which only the end is known starts with the title. */
export function withEdge(markers: Markers, edge: Edge, seconds: number, duration: number): Markers {
  const next = { ...markers, [edge]: clampTime(seconds, duration) };
  return edge === 'intro_end_s' && next.intro_start_s === null ? { ...next, intro_start_s: 0 } : next;
}

/** The markers without the intro or without the credits. */
export const without = (markers: Markers, kind: 'intro' | 'credits'): Markers =>
  kind === 'intro' ? { ...markers, intro_start_s: null, intro_end_s: null } : { ...markers, credits_start_s: null };

/** What keeps the markers from being saved: a message; null if nothing does. */
export function markerProblem(markers: Markers, duration: number): MessageKey | null {
  const { intro_start_s: start, intro_end_s: end, credits_start_s: credits } = markers;
  if (Math.max(start ?? 0, end ?? 0, credits ?? 0) > duration) return 'markers.after_end';
  if (start !== null && end !== null && end <= start) return 'markers.end_before_start';
  return null;
}

/** Whether the intro has a start and no end yet. */
export const isUnfinished = (markers: Markers): boolean =>
  markers.intro_start_s !== null && markers.intro_end_s === null;

/** By how much a key moves an edge, in seconds; null for other keys. */
export function stepOf(key: string, shift: boolean): number | null {
  if (key === 'ArrowRight' || key === 'ArrowUp') return shift ? 1 : 1 / STEPS_PER_S;
  if (key === 'ArrowLeft' || key === 'ArrowDown') return shift ? -1 : -1 / STEPS_PER_S;
  if (key === 'PageUp') return 10;
  if (key === 'PageDown') return -10;
  return null;
}

/** 64.5 → "1:04.5", 3725 → "1:02:05.0". */
export function formatPreciseTime(seconds: number): string {
  const tenths = Math.round(seconds * STEPS_PER_S);
  const [h, m, s] = [Math.floor(tenths / 36_000), Math.floor(tenths / 600) % 60, (tenths % 600) / STEPS_PER_S];
  const two = (n: number) => String(n).padStart(2, '0');
  const rest = s.toFixed(1).padStart(4, '0');
  return h > 0 ? `${h}:${two(m)}:${rest}` : `${m}:${rest}`;
}
