/** What lies over the picture when it can't go on by itself: an error, no connection, what comes next, no sound. */
import type { Upcoming } from '../engine/types';
import type { Context } from './context';
import { escaped, node } from './html';
import { icon } from './icons';

export function screensHtml(): string {
  return '<div slot="dialog" class="screen" part="screen" noautohide hidden></div>';
}

export function screens(context: Context): void {
  const { controller, engine, say, signal } = context;
  const screen = controller.querySelector<HTMLElement>('.screen')!;
  let stop = (): void => undefined;

  const hide = (): void => {
    stop();
    if (screen.hidden) return;
    const had = screen.contains(screen.ownerDocument.activeElement) || screen.matches(':focus-within');
    screen.hidden = true;
    screen.replaceChildren();
    if (had) controller.focus({ preventScroll: true });
  };
  const show = (role: string, html: string): void => {
    stop();
    screen.setAttribute('role', role);
    screen.replaceChildren(node(`<div class="card">${html}</div>`));
    screen.hidden = false;
  };
  const button = (name: string, call: () => void): void =>
    screen.querySelector(`[data-do="${name}"]`)?.addEventListener('click', call);

  const trouble = (): void => {
    const problem = engine.error;
    if (!problem) {
      hide();
      return;
    }
    const retry = problem.fatal
      ? '<button type="button" class="main" part="retry" data-do="retry">' +
        `${icon('retry')}${escaped(say('ui.retry'))}</button>`
      : '';
    show(
      'alert',
      `${icon(problem.code === 'offline' ? 'offline' : 'alert')}
      <div class="words"><p class="what">${escaped(problem.message)}</p><p>${escaped(problem.remedy)}</p></div>
      ${retry}<code>${escaped([problem.code, problem.detail].filter(Boolean).join(' · '))}</code>`,
    );
    screen.dataset.code = problem.code;
    button('retry', () => void engine.retry());
    // The control that had the focus is out of sight.
    if (controller.matches(':focus-within'))
      (screen.querySelector('button') ?? controller).focus({ preventScroll: true });
  };

  const offer = (event: Event): void => {
    event.preventDefault();
    const upcoming = (event as CustomEvent<Upcoming>).detail;
    import('./up-next').then(
      ({ offerHtml, countdown }) => {
        show('group', offerHtml(upcoming, say));
        screen.setAttribute('aria-label', say('ui.up_next'));
        stop = countdown(screen, say, hide, () => void engine.next());
      },
      () => void engine.next(),
    );
  };

  engine.addEventListener('error', trouble, { signal });
  engine.addEventListener('next', offer, { signal });
  engine.addEventListener(
    'state',
    () => {
      if (engine.error) trouble();
      else if (engine.state !== 'ended') hide();
    },
    { signal },
  );
  signal.addEventListener('abort', () => stop());
  trouble();
}

/** The chip that gives sound back after a muted start. */
export function sound(context: Context): void {
  const { controller, engine, say, signal } = context;
  const chip = controller.querySelector<HTMLButtonElement>('.sound');
  if (!chip) return;
  chip.innerHTML = `${icon('sound')}<span>${escaped(say('ui.unmute'))}</span>`;
  const show = (): void => {
    chip.hidden = engine.blocked !== 'sound';
  };
  const unmute = (): void => {
    engine.video.muted = false;
  };
  engine.addEventListener('blocked', show, { signal });
  chip.addEventListener('click', unmute, { signal });
  show();
}
