/** Chapters as contiguous spans: each ends where the next one starts, the last at the end of the media. Pure. */
import type { Chapter } from '../config/config';

export interface ChapterSpan {
  start: number;
  end: number;
  title: string;
}

export function chapterSpans(chapters: readonly Chapter[] | undefined, duration: number): ChapterSpan[] {
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
  let current: Chapter | null = null;
  for (const chapter of chapters ?? []) {
    if (chapter.start > seconds) break;
    if (chapter.end == null || seconds < chapter.end) current = chapter;
    else current = null;
  }
  return current;
}
