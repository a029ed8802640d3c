/** The chapters below the picture: a click goes there, the running one is marked. */
import type { Chapter } from '../api';
import { el, setAttribute } from '../dom';
import { clock } from '../words';

/** The last chapter that has begun, or -1. */
export function current(chapters: readonly Chapter[], seconds: number): number {
  return chapters.findLastIndex((chapter) => chapter.start_s <= seconds + 0.25);
}

function vttTime(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const part = (n: number, width = 2) => String(n).padStart(width, '0');
  return `${part(Math.floor(ms / 3_600_000))}:${part(Math.floor(ms / 60_000) % 60)}:${part(Math.floor(ms / 1000) % 60)}.${part(ms % 1000, 3)}`;
}

/** WebVTT, which is how the player's seek bar wants its chapters. */
export function toVtt(chapters: readonly Chapter[]): string {
  const text = (title: string) => title.replace(/\s+/g, ' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const cues = chapters.map((c) => `${vttTime(c.start_s)} --> ${vttTime(c.end_s)}\n${text(c.title)}\n`);
  return ['WEBVTT\n', ...cues].join('\n');
}

export function chapterList(chapters: readonly Chapter[], seek: (seconds: number) => void) {
  const buttons = chapters.map((chapter, i) => {
    const button = el('button', { type: 'button', 'data-testid': 'chapter' },
      el('span', { class: 'time' }, clock(chapter.start_s)), el('span', { class: 'name', dir: 'auto' }, chapter.title || `Chapter ${i + 1}`));
    button.addEventListener('click', () => seek(chapter.start_s));
    // Space presses the button; without this it would also reach the player and pause it.
    button.addEventListener('keydown', (event) => event.key === ' ' && event.stopPropagation());
    return button;
  });
  const element = el('section', { 'aria-labelledby': 'chapters', 'data-testid': 'chapters' }, el('h2', { id: 'chapters' }, 'Chapters'),
    el('ol', { class: 'chapters' }, ...buttons.map((button) => el('li', {}, button))));
  return {
    element,
    mark(seconds: number): void {
      const now = current(chapters, seconds);
      buttons.forEach((button, i) => setAttribute(button, 'aria-current', i === now ? 'true' : null));
    },
  };
}
