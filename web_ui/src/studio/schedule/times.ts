/** Times of a span in words. Pure. */
import type { Program, Span } from './programs';
import { formatTime } from './zone';

export const timesOf = (span: Span, zone: string): string =>
  `${formatTime(span.starts, zone)} – ${formatTime(span.ends, zone)}`;

export const conflictWords = (conflict: Program, zone: string) => ({
  title: conflict.title,
  times: timesOf(conflict, zone),
});
