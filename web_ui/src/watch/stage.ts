/** The black place where the picture is: the player, or the words that stand in for it. */
import { Play, RotateCcw, TriangleAlert } from 'lucide';
import type { Media } from '../api';
import { placeholder } from '../art';
import { bars, el, icon, setAttribute, setText } from '../dom';
import { failure, invitation, pace } from '../words';
import type { Fault } from './faults';

export interface Stage {
  readonly element: HTMLElement;
  readonly container: HTMLElement;
  readonly video: HTMLVideoElement;
  /** Picture and shape of the title. */
  dress(media: Media): void;
  loading(): void;
  waiting(media: Media): void;
  playing(): void;
  /** The browser wants a click before it plays. */
  invite(play: () => void): void;
  fault(fault: Fault, retry: (() => void) | null): void;
}

export function stage(): Stage {
  const video = el('video', { playsinline: true, 'data-testid': 'video' });
  const container = el('div', { class: 'player', 'data-testid': 'player' }, video);
  const back = el('div', { class: 'backdrop' });
  const over = el('div', { class: 'over', 'data-testid': 'stage-words' });
  const frame = el('div', { class: 'screen' }, back, container, over);
  const element = el('div', { class: 'stage ink' }, frame);
  let dressed = '';

  const strip = bars('bars-wide meter');
  const heading = el('h2');
  const detail = el('p', { class: 'muted' });
  const wait = el('div', { class: 'words' }, strip, heading, detail, el('p', { class: 'muted' }, 'It starts here by itself.'));

  function dress(media: Media): void {
    const poster = media.playback?.poster ?? null;
    const picture = media.tracks.video[0];
    const key = `${media.id} ${poster} ${picture?.width}x${picture?.height}`;
    if (key === dressed) return;
    dressed = key;
    setAttribute(element, 'data-kind', media.kind);
    if (picture && picture.height > 0) frame.style.setProperty('--aspect', String(picture.width / picture.height));
    if (poster && media.kind === 'video') video.poster = poster;
    const art = placeholder(media.id, media.kind);
    if (!poster) return back.replaceChildren(art);
    const image = el('img', { src: poster, alt: '' });
    image.addEventListener('error', () => back.replaceChildren(art), { once: true });
    back.replaceChildren(image);
  }

  function show(...children: Node[]): void {
    over.hidden = children.length === 0;
    over.replaceChildren(...children);
  }

  return {
    element, container, video, dress,
    loading: () => show(bars('bars-wide loading')),
    waiting(media) {
      setText(heading, invitation(media));
      setText(detail, pace(media).join(' · '));
      // The seven bars light up one after the other as the work goes on.
      [...strip.children].forEach((bar, i) => bar.classList.toggle('lit', media.progress.percent >= (i / 7) * 100 && media.state !== 'found'));
      if (wait.parentElement !== over) show(wait);
    },
    playing: () => show(),
    invite(play) {
      const button = el('button', { class: 'big-play', type: 'button', 'aria-label': 'Play', 'data-testid': 'big-play' }, icon(Play, 32));
      button.addEventListener('click', play);
      video.addEventListener('play', () => show(), { once: true });
      show(button);
    },
    fault(fault, retry) {
      // Words outside the player are not seen while it fills the screen.
      if (document.fullscreenElement) void document.exitFullscreen();
      const next = retry
        ? el('button', { class: 'button', type: 'button', 'data-testid': 'retry' }, icon(RotateCcw), 'Try again')
        : el('a', { class: 'button', href: '/' }, 'To the library');
      if (retry) next.addEventListener('click', retry);
      show(el('div', { class: 'words', role: 'alert' }, icon(TriangleAlert, 28), el('h2', {}, fault.title),
        el('p', {}, fault.why), el('p', { class: 'muted' }, fault.remedy),
        el('p', { class: 'actions' }, next), el('p', { class: 'code', 'data-testid': 'error-code' }, fault.code)));
    },
  };
}

export function failedFault(media: Media): Fault {
  const { sentence, code } = failure(media);
  return { title: 'This title could not be prepared', why: sentence, remedy: 'Replace the file in the library folder, and it is tried again.', code };
}
