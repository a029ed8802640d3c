/** The library: what is being prepared first, then what failed, then everything, newest first. Live. */
import '../styles/base.css';
import '../styles/home.css';
import { listMedia, type Media } from '../api';
import { bars, el, place, setText } from '../dom';
import { follow } from '../feed';
import { sections, settle } from '../library';
import { card, type Card } from './card';
import { failedRow } from './failed';

const main = document.querySelector('main')!;
const filter = document.querySelector<HTMLInputElement>('#filter')!;

let titles = new Map<string, Media>();
/** Changes since the running read of the list began; null when none runs. */
let changed: Map<string, Media | null> | null = null;
const cards = new Map<string, { failed: boolean; card: Card }>();

function section(name: string, heading: string, className: string) {
  const count = el('span', { class: 'count' });
  const body = el('div', { class: className });
  const element = el('section', { 'aria-labelledby': name, 'data-testid': name, hidden: true },
    el('h2', { id: name }, heading, count), body);
  return { element, show(items: Media[]) {
    element.hidden = items.length === 0;
    setText(count, String(items.length));
    place(body, items.map((media) => cardOf(media).element));
  } };
}

const working = section('working', 'Being prepared', 'grid');
const failed = section('failed', 'Needs attention', 'rows');
const library = section('ready', 'Library', 'grid');
const note = el('div', { class: 'note', role: 'status', 'data-testid': 'note' });

function cardOf(media: Media): Card {
  const isFailed = media.state === 'failed';
  const known = cards.get(media.id);
  if (known?.failed === isFailed) {
    known.card.update(media);
    return known.card;
  }
  const made = isFailed ? failedRow(media) : card(media);
  cards.set(media.id, { failed: isFailed, card: made });
  return made;
}

function empty(): HTMLElement[] {
  return [bars('bars-wide'), el('h1', {}, 'Your titles will be here'),
    el('p', {}, 'Drop a film, a series or a podcast into the library folder. It appears on this page by itself, ' +
      'and can be watched while it is still encoding.'),
    el('p', { class: 'muted' }, 'Most video and audio files will do: MP4, MKV, MOV, AVI, MPEG-TS, WebM, MP3, FLAC.')];
}

function notFound(query: string): HTMLElement[] {
  const clear = el('button', { class: 'button', type: 'button' }, 'Show all titles');
  clear.addEventListener('click', () => {
    filter.value = '';
    render();
    filter.focus();
  });
  return [el('h1', {}, `No title matches “${query}”`), el('p', { class: 'actions' }, clear)];
}

function unreachable(): HTMLElement[] {
  const again = el('button', { class: 'button', type: 'button' }, 'Try again');
  again.addEventListener('click', () => void read());
  return [el('h1', {}, 'The server does not answer'),
    el('p', {}, 'The list of titles could not be read. It may be starting, or the network is down.'),
    el('p', { class: 'actions' }, again)];
}

function render(): void {
  const query = filter.value.trim();
  const shown = sections(titles.values(), query);
  working.show(shown.working);
  failed.show(shown.failed);
  library.show(shown.library);
  const none = shown.working.length + shown.failed.length + shown.library.length === 0;
  main.dataset.state = titles.size === 0 ? 'empty' : 'listed';
  note.replaceChildren(...(!none ? [] : titles.size === 0 ? empty() : notFound(query)));
}

let asked = 0;
/** Many changes in one go are drawn once. */
function renderSoon(): void {
  asked ||= window.setTimeout(() => {
    asked = 0;
    render();
  }, 50);
}

function change(id: string, media: Media | null): void {
  changed?.set(id, media);
  if (media) titles.set(id, media);
  else titles.delete(id);
  if (main.dataset.state !== 'loading') renderSoon();
}

async function read(): Promise<void> {
  if (changed) return;
  const since = (changed = new Map<string, Media | null>());
  try {
    titles = settle(await listMedia(), since);
    for (const id of cards.keys()) if (!titles.has(id)) cards.delete(id);
    render();
  } catch {
    // With titles on the page, the page stays: the stream will try again and read the list then.
    if (titles.size > 0) return;
    main.dataset.state = 'error';
    note.replaceChildren(...unreachable());
  } finally {
    changed = null;
  }
}

main.append(working.element, failed.element, library.element, note);
note.append(bars('bars-wide loading'));
filter.addEventListener('input', render);
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== filter && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    filter.focus();
  } else if (event.key === 'Escape' && document.activeElement === filter) {
    filter.value = '';
    render();
  }
});
window.setInterval(() => cards.forEach((entry) => entry.card.tick()), 60_000);
void read();
follow({
  onOpen: () => void read(),
  onMedia: (media) => change(media.id, media),
  onRemoved: (id) => change(id, null),
});
