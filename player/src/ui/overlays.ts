/** Overlays on the video: error, offline, up next, and the unmute button. */
import type { Upcoming } from '../engine/types';
import type { Context } from './context';
import { escapeHtml, elementFrom } from './html';
import { icon } from './icons';

export function overlayHtml(): string {
  return '<div slot="dialog" class="screen" part="screen" noautohide hidden></div>';
}

export function bindOverlays(context: Context): void {
  const { controller, engine, translate, signal } = context;
  const overlay = controller.querySelector<HTMLElement>('.screen')!;
  let stopCountdown = (): void => undefined;

  const hide = (): void => {
    stopCountdown();
    if (overlay.hidden) return;
    const hadFocus = overlay.contains(overlay.ownerDocument.activeElement) || overlay.matches(':focus-within');
    overlay.hidden = true;
    overlay.replaceChildren();
    if (hadFocus) controller.focus({ preventScroll: true });
  };
  const show = (role: string, html: string): void => {
    stopCountdown();
    overlay.setAttribute('role', role);
    overlay.replaceChildren(elementFrom(`<div class="card">${html}</div>`));
    overlay.hidden = false;
  };
  const onClick = (name: string, call: () => void): void =>
    overlay.querySelector(`[data-do="${name}"]`)?.addEventListener('click', call);

  const showError = (): void => {
    const problem = engine.error;
    if (!problem) {
      hide();
      return;
    }
    const retry = problem.fatal
      ? '<button type="button" class="main" part="retry" data-do="retry">' +
        `${icon('retry')}${escapeHtml(translate('ui.retry'))}</button>`
      : '';
    show(
      'alert',
      `${icon(problem.code === 'offline' ? 'offline' : 'alert')}
      <div class="words"><p class="what">${escapeHtml(problem.message)}</p><p>${escapeHtml(problem.remedy)}</p></div>
      ${retry}<code>${escapeHtml([problem.code, problem.detail].filter(Boolean).join(' · '))}</code>`,
    );
    overlay.dataset.code = problem.code;
    onClick('retry', () => void engine.retry());
    // The overlay hides the control that had the focus.
    if (controller.matches(':focus-within'))
      (overlay.querySelector('button') ?? controller).focus({ preventScroll: true });
  };

  const showUpNext = (event: Event): void => {
    event.preventDefault();
    const upcoming = (event as CustomEvent<Upcoming>).detail;
    import('./up-next').then(
      ({ upNextHtml, countdown }) => {
        show('group', upNextHtml(upcoming, translate));
        overlay.setAttribute('aria-label', translate('ui.up_next'));
        stopCountdown = countdown(overlay, translate, hide, () => void engine.next());
      },
      () => void engine.next(),
    );
  };

  engine.addEventListener('error', showError, { signal });
  engine.addEventListener('next', showUpNext, { signal });
  engine.addEventListener(
    'state',
    () => {
      if (engine.error) showError();
      else if (engine.state !== 'ended') hide();
    },
    { signal },
  );
  signal.addEventListener('abort', () => stopCountdown());
  showError();
}

/** The button that unmutes after a muted autoplay. */
export function bindUnmuteChip(context: Context): void {
  const { controller, engine, translate, signal } = context;
  const chip = controller.querySelector<HTMLButtonElement>('.sound');
  if (!chip) return;
  chip.innerHTML = `${icon('sound')}<span>${escapeHtml(translate('ui.unmute'))}</span>`;
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
