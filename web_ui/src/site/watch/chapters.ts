import type { Chapter } from './player';

/** The index of the chapter at a time, or -1. Pure. */
export const currentChapterIndex = (chapters: readonly Chapter[], seconds: number): number =>
  chapters.findLastIndex((chapter) => chapter.start <= seconds + 0.25);
