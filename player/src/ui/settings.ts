/**
 * The settings menu, the same in every skin: quality, audio, captions, speed, chapters. Unavailable entries are
 * removed.
 */
import type { Context } from './context';
import { escapeHtml, fragment } from './html';
import { SPEEDS } from './key-bindings';
import { formatClock } from '../../../web_ui/shared/time';

type Menu = HTMLElement & { value: string; hidden: boolean };

const SUBMENUS: Record<string, string> = {
  quality: '<media-rendition-menu slot="submenu" hidden>',
  audio: '<media-audio-track-menu slot="submenu" hidden>',
  captions: '<media-captions-menu slot="submenu" hidden>',
  speed: `<media-playback-rate-menu slot="submenu" hidden rates="${SPEEDS.join(' ')}">`,
  chapters: '<media-chrome-menu slot="submenu" hidden class="chapters">',
};

export function settingsHtml(translate: Context['translate']): string {
  const items = Object.entries(SUBMENUS).map(([name, menu]) => {
    const label = escapeHtml(translate(`ui.${name}`));
    const tag = /^<([\w-]+)/.exec(menu)![1];
    return (
      `<media-settings-menu-item data-of="${name}">${label}${menu.slice(0, -1)} aria-label="${label}">` +
      `<div slot="title">${label}</div></${tag}></media-settings-menu-item>`
    );
  });
  const plainItem = (name: string): string =>
    `<media-chrome-menu-item data-of="${name}">${escapeHtml(translate(`ui.${name}`))}</media-chrome-menu-item>`;
  const all = [...items, plainItem('caption_style'), plainItem('shortcuts')].join('');
  const label = escapeHtml(translate('ui.settings'));
  return `<media-settings-menu hidden anchor="auto" part="menu" aria-label="${label}">${all}</media-settings-menu>`;
}

function fillChapters(context: Context, menu: Menu): void {
  const { engine } = context;
  menu.querySelectorAll('media-chrome-menu-item').forEach((item) => item.remove());
  for (const { start, title } of engine.config?.chapters ?? []) {
    menu.append(
      fragment(
        `<media-chrome-menu-item type="radio" value="${start}">` +
          `<span class="chapter"><b>${formatClock(start)}</b> ${escapeHtml(title)}</span>` +
          '</media-chrome-menu-item>',
      ),
    );
  }
}

export function bindSettings(context: Context): void {
  const { controller, engine, translate, signal } = context;
  const menu = controller.querySelector<Menu>('media-settings-menu')!;
  // media-chrome's back button is a <button> inside role="menu", which ARIA does not allow: make it a menuitem.
  for (const inner of [menu, ...menu.querySelectorAll<HTMLElement>('[slot="submenu"]')]) {
    const back = inner.shadowRoot?.querySelector('[part~="back"]');
    back?.setAttribute('role', 'menuitem');
    back?.setAttribute('aria-label', translate('ui.to_settings'));
  }
  // The captions button is a toggle: role="switch".
  controller.querySelector('media-captions-button')?.setAttribute('role', 'switch');
  const items = [...menu.children].filter(
    (item): item is HTMLElement => item instanceof HTMLElement && !!item.dataset.of,
  );
  const list = menu.querySelector<Menu>('.chapters')!;

  const isAvailable = (name: string): boolean => {
    switch (name) {
      case 'quality':
        return engine.qualities().length > 1;
      case 'audio':
        return engine.audios().length > 1;
      case 'captions':
      case 'caption_style':
        return engine.texts().length > 0;
      case 'chapters':
        return (engine.config?.chapters?.length ?? 0) > 1;
      case 'speed':
        return !engine.live.isLive;
      default:
        return matchMedia('(hover: hover)').matches;
    }
  };
  let shownBefore = '';
  const updateItems = (): void => {
    const availableItems = items.filter((item) => isAvailable(item.dataset.of!));
    const availableKinds = availableItems.map((item) => item.dataset.of).join();
    if (availableKinds === shownBefore) return;
    shownBefore = availableKinds;
    items.forEach((item) => item.remove());
    menu.append(...availableItems);
    controller.toggleAttribute('nosettings', availableItems.length === 0);
  };
  engine.addEventListener('tracks', updateItems, { signal });
  engine.addEventListener(
    'config',
    () => {
      fillChapters(context, list);
      updateItems();
    },
    { signal },
  );
  fillChapters(context, list);
  updateItems();

  list.addEventListener('change', () => engine.seek(Number(list.value)), { signal });
  engine.addEventListener(
    'chapter',
    (event) => {
      const chapter = (event as CustomEvent<{ start: number } | null>).detail;
      for (const item of list.querySelectorAll<HTMLElement & { checked: boolean; value: string }>(
        'media-chrome-menu-item',
      )) {
        item.checked = item.value === String(chapter?.start);
      }
      // The parent entry shows the selected chapter; this event makes it update after the list has changed.
      list.dispatchEvent(new Event('addmenuitem'));
    },
    { signal },
  );

  const onChoose = (name: string, call: () => void): void => {
    const item = items.find((i) => i.dataset.of === name)!;
    const activate = (): void => {
      menu.hidden = true;
      call();
    };
    item.addEventListener('click', activate, { signal });
    item.addEventListener('keyup', (event) => (event.key === 'Enter' || event.key === ' ') && activate(), { signal });
  };
  onChoose('caption_style', () => context.showCaptionStyle());
  onChoose('shortcuts', () => context.showHelp());
}
