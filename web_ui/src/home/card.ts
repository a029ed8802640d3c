/** One title in the grid: its picture, its name, and where it stands. Kept and updated, never rebuilt. */
import { Play } from 'lucide';
import { watchPath, type Media } from '../api';
import { placeholder } from '../art';
import { el, icon, setAttribute, setText } from '../dom';
import { ago, clock, duration, invitation, pace, state } from '../words';

export interface Card {
  readonly element: HTMLElement;
  update(media: Media): void;
  /** Relative times move on although nothing changed. */
  tick(): void;
}

export function card(first: Media): Card {
  let media = first;
  let poster: string | null | undefined;

  const picture = el('div', { class: 'picture' });
  const badge = el('span', { class: 'badge' });
  const play = el('span', { class: 'play' }, icon(Play, 20));
  const fill = el('i');
  const progress = el('div', { class: 'progress', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100 }, fill);
  const link = el('a', { href: watchPath(first.id) });
  const words = el('p', { class: 'state', 'data-testid': 'state' });
  const more = el('p', { class: 'pace', 'data-testid': 'pace' });
  const frame = el('div', { class: 'frame' }, picture, play, badge, progress);
  const element = el('article', { class: 'card', 'data-testid': 'card', 'data-id': first.id }, frame,
    el('h3', { dir: 'auto' }, link), words, more);

  function showPicture(): void {
    const url = media.playback?.poster ?? null;
    if (url === poster) return;
    poster = url;
    const art = placeholder(media.id, media.kind);
    if (!url) return picture.replaceChildren(art);
    const image = el('img', { src: url, alt: '', loading: 'lazy', decoding: 'async' });
    image.addEventListener('error', () => picture.replaceChildren(art), { once: true });
    picture.replaceChildren(image);
  }

  function tick(): void {
    if (media.state === 'ready') setText(words, `${state(media)} · added ${ago(media.created_at)}`);
  }

  function update(next: Media): void {
    media = next;
    const working = media.state !== 'ready';
    showPicture();
    setAttribute(element, 'data-state', media.state);
    setAttribute(element, 'data-playable', media.playable);
    setText(link, media.title);
    setAttribute(link, 'title', media.title);
    if (working) setText(words, invitation(media));
    setText(badge, media.duration_s === null ? '' : clock(media.duration_s));
    setAttribute(badge, 'title', media.duration_s === null ? null : duration(media.duration_s));
    setAttribute(words, 'title', new Date(media.created_at).toLocaleString());
    progress.hidden = !working || (media.state !== 'encoding' && media.progress.percent === 0);
    fill.style.width = `${media.progress.percent}%`;
    setAttribute(progress, 'aria-valuenow', Math.round(media.progress.percent));
    setAttribute(progress, 'aria-label', state(media));
    setText(more, working ? pace(media).join(' · ') : '');
    tick();
  }

  update(first);
  return { element, update, tick };
}

