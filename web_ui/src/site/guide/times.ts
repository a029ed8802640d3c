/** Times of the guide: clock times, progress, and places on the time scale. Pure, except `useNow`. */
import { useEffect, useState } from 'preact/hooks';
import type { Span } from '../../../shared/span';
import { currentLanguage } from '../i18n';

export { fractionOver, isOn, type Span } from '../../../shared/span';

const TICK_MS = 15_000;
export const HOUR_MS = 3_600_000;

/** "2026-12-24T20:15:00Z" → "21:15", in the viewer's time zone. */
export const clockTime = (moment: string | number): string =>
  new Date(moment).toLocaleTimeString(currentLanguage(), { timeStyle: 'short' });

export const dayName = (moment: number): string =>
  new Date(moment).toLocaleDateString(currentLanguage(), { weekday: 'long', day: 'numeric', month: 'long' });

export const spanLabel = (span: Span): string => `${clockTime(span.starts_at)}–${clockTime(span.ends_at)}`;

/** Where a time span lies within another, in per cent; null when it lies outside. */
export function placeOf(span: Span, start: number, end: number): { left: number; width: number } | null {
  const from = Math.max(start, Date.parse(span.starts_at));
  const to = Math.min(end, Date.parse(span.ends_at));
  if (to <= from || end <= start) return null;
  return { left: ((from - start) / (end - start)) * 100, width: ((to - from) / (end - start)) * 100 };
}

/** The full hours of a time span. */
export function hoursOf(start: number, end: number): number[] {
  const hours: number[] = [];
  for (let at = Math.ceil(start / HOUR_MS) * HOUR_MS; at < end; at += HOUR_MS) hours.push(at);
  return hours;
}

/** The current time, renewed several times a minute. */
export function useNow(): number {
  const [now, set] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => set(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
