/** What is put on somebody else's page, in three forms. Pure. */
export const SKINS = ['video', 'audio', 'circular', 'square'] as const;
export type Skin = (typeof SKINS)[number];

/** `accent` as `#rrggbb`, or empty for the organization's own; `end` in seconds, 0 for the end of the title. */
export interface Choice {
  id: string;
  title: string;
  skin: Skin;
  autoplay: boolean;
  loop: boolean;
  start: number;
  end: number;
  accent: string;
  width: number;
}

/** Width and height of a skin that is `width` wide. */
export function sizeOf(skin: Skin, width: number): [number, number] {
  if (skin === 'audio') return [width, 140];
  return [width, skin === 'video' ? Math.round((width * 9) / 16) : width];
}

export const widthOf: Record<Skin, number> = { video: 640, audio: 560, circular: 320, square: 400 };

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');

function options(c: Choice): [string, string][] {
  return [
    ...(c.skin === 'video' ? [] : [['skin', c.skin] as [string, string]]),
    ...(c.autoplay ? [['autoplay', 'muted'] as [string, string]] : []),
    ...(c.loop ? [['loop', '1'] as [string, string]] : []),
    ...(c.start > 0 ? [['start', String(c.start)] as [string, string]] : []),
    ...(c.end > c.start ? [['end', String(c.end)] as [string, string]] : []),
    ...(c.accent ? [['accent', c.accent] as [string, string]] : []),
  ];
}

export function address(server: string, c: Choice): string {
  const query = new URLSearchParams(options(c)).toString();
  return `${server}/embed/${c.id}${query ? `?${query}` : ''}`;
}

export function iframe(server: string, c: Choice): string {
  const [width, height] = sizeOf(c.skin, c.width);
  return (
    `<iframe src="${escaped(address(server, c))}" width="${width}" height="${height}" title="${escaped(c.title)}"` +
    ' style="border:0;max-width:100%" allow="autoplay; fullscreen; picture-in-picture; encrypted-media"' +
    ' allowfullscreen loading="lazy"></iframe>'
  );
}

export function script(server: string, c: Choice): string {
  const data = options(c)
    .map(([name, value]) => ` data-${name}="${escaped(value)}"`)
    .join('');
  return `<script async src="${escaped(server)}/embed.js" data-id="${escaped(c.id)}"${data}></script>`;
}
