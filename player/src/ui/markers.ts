/** The button that skips the intro, or starts the next title during the credits. Loaded for titles with markers. */
import type { Marker } from '../config/config';
import { loadTranslations } from '../i18n';
import type { Context } from './context';

const STYLE = `.skip { position: absolute; inset-inline-end: 20px; bottom: 84px; z-index: 3; padding: 9px 16px;
border: 1px solid rgb(255 255 255 / 0.5); border-radius: var(--_radius-control); background: rgb(11 13 18 / 0.82);
color: #fff; font: inherit; font-weight: 550; cursor: pointer; pointer-events: auto; max-width: 70%; overflow: hidden;
text-overflow: ellipsis; white-space: nowrap; }
.skip:hover { background: #fff; color: #0b0d12; }
.skip:focus-visible { outline: 2px solid #fff; outline-offset: 2px; }
@container player (width < 420px) { .skip { bottom: 60px; inset-inline-end: 10px; padding: 6px 12px; } }`;

/** The marker at a time in seconds; one without an end lasts until the end of the title. Pure. */
export function markerAt(markers: readonly Marker[] | undefined, seconds: number): Marker | null {
  return markers?.find(({ start, end }) => seconds >= start && (end == null || seconds < end)) ?? null;
}

export async function bindMarkers({ controller, engine, signal }: Context, language: string): Promise<void> {
  const translate = await loadTranslations(language, 'base', 'dialogs');
  if (signal.aborted) return;
  const style = document.createElement('style');
  style.textContent = STYLE;
  const button = document.createElement('button');
  Object.assign(button, { type: 'button', className: 'skip', hidden: true });
  button.slot = 'dialog'; // above the controls
  button.setAttribute('part', 'skip');
  button.setAttribute('noautohide', '');
  controller.append(style, button);
  const marker = (): Marker | null => markerAt(engine.config?.markers, engine.video.currentTime);
  const update = (): void => {
    const current = marker();
    const upcoming = current?.kind === 'credits' ? engine.upcoming : null;
    const hidden = !current || (!upcoming && current.end == null) || engine.state === 'ended';
    if (!hidden && current) {
      button.textContent = upcoming
        ? translate('ui.next_title', { title: upcoming.title ?? '' })
        : translate(`ui.skip_${current.kind}`);
    }
    if (hidden && button.matches(':focus')) controller.focus({ preventScroll: true });
    button.hidden = hidden;
  };
  const skip = (): void => {
    const current = marker();
    if (current?.kind === 'credits' && engine.upcoming) void engine.next();
    else if (current?.end != null) engine.seek(current.end);
  };
  button.addEventListener('click', skip, { signal });
  for (const type of ['timeupdate', 'seeking']) engine.video.addEventListener(type, update, { signal });
  for (const type of ['config', 'state']) engine.addEventListener(type, update, { signal });
  update();
}
