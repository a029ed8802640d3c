/** What lies over the picture when it can't go on by itself: an error, no connection, what comes next, no sound. */
import type { Upcoming } from '../engine/types';
import type { Context } from './context';
import { escaped, node } from './html';
import { icon } from './icons';

const COUNTDOWN_S = 8;

export function screensHtml(): string {
  return '<div slot="dialog" class="screen" part="screen" noautohide hidden></div>';
}

export function screens(context: Context): void {
  const { controller, engine, say, signal } = context;
  const screen = controller.querySelector<HTMLElement>('.screen')!;
  let ticking: ReturnType<typeof setInterval> | undefined;

  const hide = (): void => {
    clearInterval(ticking);
    if (screen.hidden) return;
    const had = screen.contains(screen.ownerDocument.activeElement) || screen.matches(':focus-within');
    screen.hidden = true;
    screen.replaceChildren();
    if (had) controller.focus({ preventScroll: true });
  };
  const show = (role: string, html: string): void => {
    clearInterval(ticking);
    screen.setAttribute('role', role);
    screen.replaceChildren(node(`<div class="card">${html}</div>`));
    screen.hidden = false;
  };
  const button = (name: string, call: () => void): void =>
    screen.querySelector(`[data-do="${name}"]`)?.addEventListener('click', call);

  const trouble = (): void => {
    const problem = engine.error;
    if (!problem) return hide();
    const retry = problem.fatal
      ? `<button type="button" class="main" part="retry" data-do="retry">${icon('retry')}${escaped(say('ui.retry'))}</button>`
      : '';
    show('alert', `${icon(problem.code === 'offline' ? 'offline' : 'alert')}
      <div class="words"><p class="what">${escaped(problem.message)}</p><p>${escaped(problem.remedy)}</p></div>
      ${retry}<code>${escaped([problem.code, problem.detail].filter(Boolean).join(' · '))}</code>`);
    screen.dataset.code = problem.code;
    button('retry', () => void engine.retry());
  };

  const offer = (event: Event): void => {
    const { title, poster } = (event as CustomEvent<Upcoming>).detail;
    event.preventDefault();
    let left = COUNTDOWN_S;
    show('group', `${poster ? `<img src="${escaped(poster)}" alt="">` : ''}
      <div class="words"><p>${escaped(say('ui.up_next'))} <span class="left"></span></p>
      <p class="what">${escaped(title ?? say('ui.next'))}</p></div>
      <div class="row"><button type="button" class="main" data-do="now">${escaped(say('ui.play_now'))}</button>
      <button type="button" class="plain" data-do="cancel">${escaped(say('ui.cancel'))}</button></div>`);
    screen.setAttribute('aria-label', say('ui.up_next'));
    const words = screen.querySelector('.left')!;
    const tell = (): void => void (words.textContent = say('ui.in_seconds', { seconds: left }));
    tell();
    const go = (): void => {
      hide();
      void engine.next();
    };
    ticking = setInterval(() => (--left > 0 ? tell() : go()), 1000);
    button('now', go);
    button('cancel', hide);
    screen.querySelector<HTMLElement>('[data-do="now"]')?.focus({ preventScroll: true });
  };

  engine.addEventListener('error', trouble, { signal });
  engine.addEventListener('next', offer, { signal });
  engine.addEventListener('state', () => {
    if (engine.error) trouble();
    else if (engine.state !== 'ended') hide();
  }, { signal });
  signal.addEventListener('abort', () => clearInterval(ticking));
  trouble();
}

/** The chip that gives sound back after a muted start. */
export function sound(context: Context): void {
  const { controller, engine, say, signal } = context;
  const chip = controller.querySelector<HTMLButtonElement>('.sound');
  if (!chip) return;
  chip.innerHTML = `${icon('sound')}<span>${escaped(say('ui.unmute'))}</span>`;
  const show = (): void => void (chip.hidden = engine.blocked !== 'sound');
  engine.addEventListener('blocked', show, { signal });
  chip.addEventListener('click', () => (engine.video.muted = false), { signal });
  show();
}
