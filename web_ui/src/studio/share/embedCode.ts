/** Embed codes in three forms: iframe, script, link. Pure. */
export const SKINS = ['video', 'audio', 'circular', 'square'] as const;
export type Skin = (typeof SKINS)[number];

/** `accent` is `#rrggbb`, or empty for the organization's; `end` in seconds, 0 for the end of the title. */
export interface EmbedChoice {
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

/** Width and height of a skin, in pixels. */
export function playerSize(skin: Skin, width: number): [number, number] {
  if (skin === 'audio') return [width, 140];
  return [width, skin === 'video' ? Math.round((width * 9) / 16) : width];
}

export const defaultWidth: Record<Skin, number> = { video: 640, audio: 560, circular: 320, square: 400 };

const escapeAttribute = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');

function embedOptions(c: EmbedChoice): [string, string][] {
  return [
    ...(c.skin === 'video' ? [] : [['skin', c.skin] as [string, string]]),
    ...(c.autoplay ? [['autoplay', 'muted'] as [string, string]] : []),
    ...(c.loop ? [['loop', '1'] as [string, string]] : []),
    ...(c.start > 0 ? [['start', String(c.start)] as [string, string]] : []),
    ...(c.end > c.start ? [['end', String(c.end)] as [string, string]] : []),
    ...(c.accent ? [['accent', c.accent] as [string, string]] : []),
  ];
}

export function embedUrl(server: string, c: EmbedChoice): string {
  const query = new URLSearchParams(embedOptions(c)).toString();
  return `${server}/embed/${c.id}${query ? `?${query}` : ''}`;
}

export function iframeCode(server: string, c: EmbedChoice): string {
  const [width, height] = playerSize(c.skin, c.width);
  return (
    `<iframe src="${escapeAttribute(embedUrl(server, c))}" width="${width}" height="${height}"` +
    ` title="${escapeAttribute(c.title)}"` +
    ' style="border:0;max-width:100%" allow="autoplay; fullscreen; picture-in-picture; encrypted-media"' +
    ' allowfullscreen loading="lazy"></iframe>'
  );
}

export function scriptCode(server: string, c: EmbedChoice): string {
  const data = embedOptions(c)
    .map(([name, value]) => ` data-${name}="${escapeAttribute(value)}"`)
    .join('');
  return `<script async src="${escapeAttribute(server)}/embed.js" data-id="${escapeAttribute(c.id)}"${data}></script>`;
}
