/** The up-next card, which starts the next title after a countdown. */
import type { Upcoming } from '../engine/types';
import type { Translate } from '../i18n';
import { escapeHtml } from './html';

const COUNTDOWN_S = 8;

export function upNextHtml({ title, poster }: Upcoming, translate: Translate): string {
  return `${poster ? `<img src="${escapeHtml(poster)}" alt="">` : ''}
    <div class="words"><p>${escapeHtml(translate('ui.up_next'))} <span class="left"></span></p>
    <p class="what">${escapeHtml(title ?? translate('ui.next'))}</p></div>
    <div class="row"><button type="button" class="main" data-do="now">${escapeHtml(translate('ui.play_now'))}</button>
    <button type="button" class="plain" data-do="cancel">${escapeHtml(translate('ui.cancel'))}</button></div>`;
}

/** Starts the countdown. Returns the function that stops it. */
export function countdown(screen: HTMLElement, translate: Translate, hide: () => void, next: () => void): () => void {
  const remainingText = screen.querySelector('.left')!;
  let remainingS = COUNTDOWN_S;
  const showRemaining = (): void => {
    remainingText.textContent = translate('ui.in_seconds', { seconds: remainingS });
  };
  const playNext = (): void => {
    hide();
    next();
  };
  const timer = setInterval(() => (--remainingS > 0 ? showRemaining() : playNext()), 1000);
  screen.querySelector('[data-do="cancel"]')?.addEventListener('click', hide);
  const playNow = screen.querySelector<HTMLElement>('[data-do="now"]');
  playNow?.addEventListener('click', playNext);
  playNow?.focus({ preventScroll: true });
  showRemaining();
  return () => clearInterval(timer);
}
