/** Mounts the controls: media-chrome's elements in the skin's layout, connected to the engine. A chunk of its own. */
import 'media-chrome';
import 'media-chrome/menu';
import { addTranslation, setLanguage } from 'media-chrome/utils/i18n.js';
import type { MediaController } from 'media-chrome';
import tokens from 'virtual:tokens';
import { loadPreference } from '../engine/preferences';
import type { Engine } from '../engine/types';
import { SKINS } from '../skins';
import { pickLanguage, loadTranslations } from '../i18n';
import base from './base.css?inline';
import type { Context } from './context';
import { bindGestures } from './gestures';
import { fragment } from './html';
import { keyboard } from './keyboard';
import { Pip } from './pip';
import { bindOverlays, bindUnmuteChip } from './overlays';
import { bindSettings } from './settings';
import { createStore } from './store';

const TOAST_MS = 900;

async function setControlsLanguage(language: string): Promise<void> {
  if (language === 'de') addTranslation('de', (await import('media-chrome/lang/de.js')).De);
  setLanguage(language);
}

/** Shows the configuration: title, poster, artwork, accent, next button. */
function bindConfig({ host, controller, engine, translate, signal }: Context): void {
  const find = <T extends HTMLElement>(selector: string): T | null => controller.querySelector<T>(selector);
  const show = (): void => {
    const config = engine.config;
    if (!config) return;
    for (const part of ['title', 'subtitle'] as const) {
      const line = find(`.${part}`);
      if (line) line.textContent = config[part] ?? '';
    }
    const picture = config.poster ?? config.artwork?.[0]?.src ?? '';
    find('media-poster-image')?.setAttribute('src', picture);
    const art = find<HTMLImageElement>('.art img');
    if (art) {
      art.hidden = !picture;
      if (picture) art.src = picture;
    }
    const next = find('.next');
    if (next) {
      next.hidden = !engine.upcoming;
      next.title = translate('ui.next_title', { title: engine.upcoming?.title ?? '' });
    }
    host.setAttribute('kind', config.kind ?? 'video');
    if (config.accent) host.style.setProperty('--_given-accent', config.accent);
    controller.setAttribute('aria-label', translate('ui.player', { title: config.title ?? '' }));
  };
  engine.addEventListener('config', show, { signal });
  find('.next')?.addEventListener('click', () => void engine.next(), { signal });
  const line = find('.chapter-now');
  const chapter = (): void => {
    if (line) line.textContent = engine.chapterAt(engine.video.currentTime)?.title ?? '';
  };
  // Chapters change with the title; with autoplay, playback has begun before the controls are mounted.
  for (const type of ['chapter', 'config']) engine.addEventListener(type, chapter, { signal });
  if (!engine.paused) chapter();
  const state = (): void => host.setAttribute('state', engine.state);
  engine.addEventListener('state', state, { signal });
  state();
  show();
}

export async function mountControls(
  host: HTMLElement,
  engine: Engine,
  skinName: string,
  language: string,
  signal: AbortSignal,
): Promise<void> {
  const uiLanguage = pickLanguage([language, engine.config?.language, navigator.language]);
  const [translate, skin] = await Promise.all([
    loadTranslations(uiLanguage),
    SKINS[skinName]!(),
    setControlsLanguage(uiLanguage),
  ]);
  if (signal.aborted) return;
  const root = host.shadowRoot!;
  const controller = root.querySelector<MediaController>('media-controller')!;

  const style = document.createElement('style');
  style.textContent = tokens + base + skin.css;
  controller.before(style);
  if (skin.audio) controller.setAttribute('audio', '');
  if (skin.alwaysVisible) controller.setAttribute('noautohide', '');
  // Set the store before the element is upgraded, so that the controller does not create its own.
  customElements.upgrade(controller);
  const pip = new Pip(engine, host, () => translate('ui.in_pip'));
  controller.mediaStore = createStore(engine, controller, pip, uiLanguage);

  let toastTimer: ReturnType<typeof setTimeout> | undefined;
  const context: Context = {
    host,
    controller,
    engine,
    translate,
    signal,
    toast(text) {
      const box = controller.querySelector<HTMLElement>('.toast');
      if (!box) return;
      box.textContent = text;
      box.classList.add('on');
      clearTimeout(toastTimer);
      toastTimer = setTimeout(() => box.classList.remove('on'), TOAST_MS);
    },
    showHelp: () => void import('./dialogs').then(({ openHelp }) => openHelp(context, uiLanguage)),
    showCaptionStyle: () =>
      void import('./dialogs').then(({ openCaptionStyle }) => openCaptionStyle(context, uiLanguage)),
  };
  controller.append(fragment(skin.html(translate)));
  controller.classList.add(skinName);
  // The module is needed only for a stored style.
  if (loadPreference('caption-style', null))
    void import('./caption-style').then(({ applyCaptionStyle, loadCaptionStyle }) =>
      applyCaptionStyle(controller, loadCaptionStyle()),
    );
  const bindMarkers = (): void => {
    if (!engine.config?.markers?.length) return;
    engine.removeEventListener('config', bindMarkers);
    void import('./markers').then((markers) => markers.bindMarkers(context, uiLanguage));
  };
  engine.addEventListener('config', bindMarkers, { signal });
  bindMarkers();
  bindConfig(context);
  bindSettings(context);
  bindOverlays(context);
  bindUnmuteChip(context);
  keyboard(context);
  bindGestures(context);
  skin.setup?.(context);
  host.setAttribute('dressed', '');
}
