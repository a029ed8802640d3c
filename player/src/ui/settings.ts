/**
 * The settings menu, the same in every skin: quality, sound, captions, speed, chapters. What a title lacks is left
 * out.
 */
import type { Context } from './context';
import { escaped, fragment } from './html';
import { SPEEDS } from './key-bindings';
import { clock } from './time';

type Menu = HTMLElement & { value: string; hidden: boolean };

const SUBMENUS: Record<string, string> = {
  quality: '<media-rendition-menu slot="submenu" hidden>',
  audio: '<media-audio-track-menu slot="submenu" hidden>',
  captions: '<media-captions-menu slot="submenu" hidden>',
  speed: `<media-playback-rate-menu slot="submenu" hidden rates="${SPEEDS.join(' ')}">`,
  chapters: '<media-chrome-menu slot="submenu" hidden class="chapters">',
};

export function settingsHtml(say: Context['say']): string {
  const items = Object.entries(SUBMENUS).map(([name, menu]) => {
    const label = escaped(say(`ui.${name}`));
    const tag = /^<([\w-]+)/.exec(menu)![1];
    return (
      `<media-settings-menu-item data-of="${name}">${label}${menu.slice(0, -1)} aria-label="${label}">` +
      `<div slot="title">${label}</div></${tag}></media-settings-menu-item>`
    );
  });
  const plain = (name: string): string =>
    `<media-chrome-menu-item data-of="${name}">${escaped(say(`ui.${name}`))}</media-chrome-menu-item>`;
  const all = [...items, plain('caption_style'), plain('shortcuts')].join('');
  const label = escaped(say('ui.settings'));
  return `<media-settings-menu hidden anchor="auto" part="menu" aria-label="${label}">${all}</media-settings-menu>`;
}

function chapters(context: Context, menu: Menu): void {
  const { engine } = context;
  menu.querySelectorAll('media-chrome-menu-item').forEach((item) => item.remove());
  for (const { start, title } of engine.config?.chapters ?? []) {
    menu.append(
      fragment(
        `<media-chrome-menu-item type="radio" value="${start}">` +
          `<span class="chapter"><b>${clock(start)}</b> ${escaped(title)}</span>` +
          '</media-chrome-menu-item>',
      ),
    );
  }
}

export function settings(context: Context): void {
  const { controller, engine, say, signal } = context;
  const menu = controller.querySelector<Menu>('media-settings-menu')!;
  // media-chrome's way back is a button inside a menu, which a menu may not have.
  for (const inner of [menu, ...menu.querySelectorAll<HTMLElement>('[slot="submenu"]')]) {
    const back = inner.shadowRoot?.querySelector('[part~="back"]');
    back?.setAttribute('role', 'menuitem');
    back?.setAttribute('aria-label', say('ui.to_settings'));
  }
  // Its captions button is on or off, and so a switch.
  controller.querySelector('media-captions-button')?.setAttribute('role', 'switch');
  const items = [...menu.children].filter(
    (item): item is HTMLElement => item instanceof HTMLElement && !!item.dataset.of,
  );
  const list = menu.querySelector<Menu>('.chapters')!;

  const wanted = (name: string): boolean => {
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
  let before = '';
  const arrange = (): void => {
    const shown = items.filter((item) => wanted(item.dataset.of!));
    const now = shown.map((item) => item.dataset.of).join();
    if (now === before) return;
    before = now;
    items.forEach((item) => item.remove());
    menu.append(...shown);
    controller.toggleAttribute('nosettings', shown.length === 0);
  };
  engine.addEventListener('tracks', arrange, { signal });
  engine.addEventListener(
    'config',
    () => {
      chapters(context, list);
      arrange();
    },
    { signal },
  );
  chapters(context, list);
  arrange();

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
      // The entry above the list tells which is chosen; it looks again when the list has grown.
      list.dispatchEvent(new Event('addmenuitem'));
    },
    { signal },
  );

  const choose = (name: string, call: () => void): void => {
    const item = items.find((i) => i.dataset.of === name)!;
    const chosen = (): void => {
      menu.hidden = true;
      call();
    };
    item.addEventListener('click', chosen, { signal });
    item.addEventListener('keyup', (event) => (event.key === 'Enter' || event.key === ' ') && chosen(), { signal });
  };
  choose('caption_style', () => context.style());
  choose('shortcuts', () => context.help());
}
