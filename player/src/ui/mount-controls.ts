/** Dresses a bare player: media-chrome's controls in the skin's arrangement, joined to the engine. Its own chunk. */
import 'media-chrome';
import 'media-chrome/menu';
import { addTranslation, setLanguage } from 'media-chrome/utils/i18n.js';
import type { MediaController } from 'media-chrome';
import tokens from 'virtual:tokens';
import { recall } from '../engine/preferences';
import type { Engine } from '../engine/types';
import { SKINS } from '../skins';
import { pickLanguage, wordsFor } from '../i18n';
import base from './base.css?inline';
import type { Context } from './context';
import { gestures } from './gestures';
import { fragment } from './html';
import { keyboard } from './keyboard';
import { Pip } from './pip';
import { screens, sound } from './overlays';
import { settings } from './settings';
import { createStore } from './store';

const TOAST_MS = 900;

async function speak(language: string): Promise<void> {
  if (language === 'de') addTranslation('de', (await import('media-chrome/lang/de.js')).De);
  setLanguage(language);
}

/** What the configuration says on the surface: title, poster, artwork, accent, whether there is a next. */
function facts({ host, controller, engine, say, signal }: Context): void {
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
      next.title = say('ui.next_title', { title: engine.upcoming?.title ?? '' });
    }
    host.setAttribute('kind', config.kind ?? 'video');
    if (config.accent) host.style.setProperty('--_given-accent', config.accent);
    controller.setAttribute('aria-label', say('ui.player', { title: config.title ?? '' }));
  };
  engine.addEventListener('config', show, { signal });
  find('.next')?.addEventListener('click', () => void engine.next(), { signal });
  const line = find('.chapter-now');
  const chapter = (): void => {
    if (line) line.textContent = engine.chapterAt(engine.video.currentTime)?.title ?? '';
  };
  // Another title has other chapters, or none; and where it begins by itself, it has begun before it is dressed.
  for (const type of ['chapter', 'config']) engine.addEventListener(type, chapter, { signal });
  if (!engine.paused) chapter();
  const state = (): void => host.setAttribute('state', engine.state);
  engine.addEventListener('state', state, { signal });
  state();
  show();
}

export async function dress(
  host: HTMLElement,
  engine: Engine,
  skinName: string,
  language: string,
  signal: AbortSignal,
): Promise<void> {
  const spoken = pickLanguage([language, engine.config?.language, navigator.language]);
  const [say, skin] = await Promise.all([wordsFor(spoken), SKINS[skinName]!(), speak(spoken)]);
  if (signal.aborted) return;
  const root = host.shadowRoot!;
  const controller = root.querySelector<MediaController>('media-controller')!;

  const style = document.createElement('style');
  style.textContent = tokens + base + skin.css;
  controller.before(style);
  if (skin.audio) controller.setAttribute('audio', '');
  if (skin.steady) controller.setAttribute('noautohide', '');
  // The store first: a controller that is upgraded with it in place never makes one of its own.
  customElements.upgrade(controller);
  const pip = new Pip(engine, host, () => say('ui.in_pip'));
  controller.mediaStore = createStore(engine, controller, pip, spoken);

  let fading: ReturnType<typeof setTimeout> | undefined;
  const context: Context = {
    host,
    controller,
    engine,
    say,
    signal,
    toast(text) {
      const box = controller.querySelector<HTMLElement>('.toast');
      if (!box) return;
      box.textContent = text;
      box.classList.add('on');
      clearTimeout(fading);
      fading = setTimeout(() => box.classList.remove('on'), TOAST_MS);
    },
    help: () => void import('./dialogs').then(({ helpDialog }) => helpDialog(context, spoken)),
    style: () => void import('./dialogs').then(({ styleDialog }) => styleDialog(context, spoken)),
  };
  controller.append(fragment(skin.html(say)));
  controller.classList.add(skinName);
  // Who never chose a style needs none of it.
  if (recall('caption-style', null))
    void import('./caption-style').then(({ apply, recalled }) => apply(controller, recalled()));
  facts(context);
  settings(context);
  screens(context);
  sound(context);
  keyboard(context);
  gestures(context);
  skin.set?.(context);
  host.setAttribute('dressed', '');
}
