/** Chapters as the timeline has them: each ends where the next begins, the last at the end. Pure. */
import type { Chapter } from '../config/config';

export interface Span {
  start: number;
  end: number;
  title: string;
}

export function spans(chapters: readonly Chapter[] | undefined, duration: number): Span[] {
  const last = Number.isFinite(duration) ? duration : Number.MAX_SAFE_INTEGER;
  return (chapters ?? [])
    .map(({ start, end, title }, i, all) => ({
      start,
      title,
      end: Math.min(end ?? Infinity, all[i + 1]?.start ?? last),
    }))
    .filter(({ start, end }) => end > start);
}

export function chapterAt(chapters: readonly Chapter[] | undefined, seconds: number): Chapter | null {
  let found: Chapter | null = null;
  for (const chapter of chapters ?? []) {
    if (chapter.start > seconds) break;
    if (chapter.end == null || seconds < chapter.end) found = chapter;
    else found = null;
  }
  return found;
}
