import type { Chapter } from './player';

/** The last chapter that has begun, or -1. Pure. */
export const currentChapterIndex = (chapters: readonly Chapter[], seconds: number): number =>
  chapters.findLastIndex((chapter) => chapter.start <= seconds + 0.25);
