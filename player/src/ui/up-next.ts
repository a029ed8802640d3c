/** The card with what comes next, which starts by itself after a while. */
import type { Upcoming } from '../engine/types';
import type { Say } from '../i18n';
import { escaped } from './html';

const COUNTDOWN_S = 8;

export function offerHtml({ title, poster }: Upcoming, say: Say): string {
  return `${poster ? `<img src="${escaped(poster)}" alt="">` : ''}
    <div class="words"><p>${escaped(say('ui.up_next'))} <span class="left"></span></p>
    <p class="what">${escaped(title ?? say('ui.next'))}</p></div>
    <div class="row"><button type="button" class="main" data-do="now">${escaped(say('ui.play_now'))}</button>
    <button type="button" class="plain" data-do="cancel">${escaped(say('ui.cancel'))}</button></div>`;
}

/** Counts down on the card; call what is returned to stop. */
export function countdown(screen: HTMLElement, say: Say, hide: () => void, next: () => void): () => void {
  const words = screen.querySelector('.left')!;
  let left = COUNTDOWN_S;
  const tell = (): void => {
    words.textContent = say('ui.in_seconds', { seconds: left });
  };
  const go = (): void => {
    hide();
    next();
  };
  const ticking = setInterval(() => (--left > 0 ? tell() : go()), 1000);
  screen.querySelector('[data-do="cancel"]')?.addEventListener('click', hide);
  const now = screen.querySelector<HTMLElement>('[data-do="now"]');
  now?.addEventListener('click', go);
  now?.focus({ preventScroll: true });
  tell();
  return () => clearInterval(ticking);
}
