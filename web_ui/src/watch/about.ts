/** Below the picture: the title, how far its encoding is, chapters, qualities and tracks. */
import { Info } from 'lucide';
import type { Media } from '../api';
import { el, icon, place, setAttribute, setText } from '../dom';
import { ago, duration, failure, language, pace, state } from '../words';
import { chapterList } from './chapters';
import { rungName, rungs, tracks } from './ladder';

export interface About {
  readonly element: HTMLElement;
  update(media: Media): void;
  mark(seconds: number): void;
  quality(height: number | null): void;
}

function facts(media: Media): string[] {
  const best = rungs(media.tracks.video)[0];
  const languages = [...new Set(media.tracks.audio.map((t) => t.language).filter((l) => l && l !== 'und'))];
  return [
    ...(media.duration_s === null ? [] : [duration(media.duration_s)]),
    ...(best ? [rungName(best)] : []),
    ...languages.slice(0, 3).map(language),
    ...(media.tracks.text.length > 0 ? ['Subtitles'] : []),
    `Added ${ago(media.created_at)}`,
  ];
}

export function about(seek: (seconds: number) => void): About {
  const heading = el('h1', { dir: 'auto', 'data-testid': 'title' });
  const line = el('p', { class: 'facts' });
  const fill = el('i');
  const progress = el('div', { class: 'progress', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-label': 'Encoding' }, fill);
  const words = el('p', { class: 'live-words', 'data-testid': 'encoding-words' });
  const hint = el('p', { class: 'muted' });
  const live = el('div', { class: 'live', 'data-testid': 'encoding' }, progress, words, hint);
  const notices = el('ul', { class: 'notices' });
  const left = el('div', { class: 'column' });
  const right = el('div', { class: 'column' });
  const columns = el('div', { class: 'columns' }, left, right);
  const element = el('div', { class: 'about' }, heading, line, live, notices, columns);
  let drawn = '';
  let list: ReturnType<typeof chapterList> | null = null;
  let ladder: ReturnType<typeof tracks> | null = null;

  function drawLists(media: Media): void {
    const now = JSON.stringify([media.chapters, media.tracks]);
    if (now === drawn) return;
    drawn = now;
    list = media.chapters.length > 0 ? chapterList(media.chapters, seek) : null;
    ladder = tracks(media);
    place(left, list ? [list.element] : []);
    place(right, ladder.elements);
    left.hidden = !list;
    columns.hidden = !list && ladder.elements.length === 0;
  }

  function update(media: Media): void {
    const encoding = media.playable && media.state !== 'ready' && media.state !== 'failed';
    setText(heading, media.title);
    line.replaceChildren(...facts(media).map((fact) => el('span', {}, fact)));
    setAttribute(line, 'title', new Date(media.created_at).toLocaleString());
    live.hidden = !encoding;
    fill.style.width = `${media.progress.percent}%`;
    setAttribute(progress, 'aria-valuenow', Math.round(media.progress.percent));
    setText(words, ['Still ' + state(media).toLowerCase(), ...pace(media)].join(' · '));
    setText(hint, 'You can jump anywhere: the part you go to is encoded next.');
    const unfinished = media.state === 'failed' && media.playable ? [`Not complete. ${failure(media).sentence}`] : [];
    place(notices, [...unfinished, ...media.notices].map((notice) => el('li', {}, icon(Info), notice)));
    drawLists(media);
  }

  return { element, update, mark: (seconds) => list?.mark(seconds), quality: (height) => ladder?.mark(height) };
}
