/**
 * Adjusts an organization's accent colour for contrast: it is moved towards white or black until WCAG 2.2 is met: 3:1
 * as a surface or line, 4.5:1 as text, 4.5:1 for text on it. Pure.
 */
export type Rgb = readonly [number, number, number];
export interface Accent {
  accent: string;
  text: string;
  onAccent: string;
}
export interface ThemeSurfaces {
  bg: string;
  panel: string;
  raised: string;
}

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

/** "#3D7EFF" or "#37f" → numbers; null for anything else. */
export function parseHex(hex: string): Rgb | null {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(hex.trim());
  const long = short
    ? `#${short
        .slice(1)
        .map((c) => c + c)
        .join('')}`
    : hex.trim();
  const match = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(long);
  if (!match) return null;
  const [r = 0, g = 0, b = 0] = match.slice(1).map((part) => parseInt(part, 16));
  return [r, g, b];
}

export const formatHex = (color: Rgb): string =>
  `#${color.map((c) => Math.round(c).toString(16).padStart(2, '0')).join('')}`.toUpperCase();

export const mix = (a: Rgb, b: Rgb, part: number): Rgb => [
  a[0] + (b[0] - a[0]) * part,
  a[1] + (b[1] - a[1]) * part,
  a[2] + (b[2] - a[2]) * part,
];

const linear = (c: number): number => {
  const s = c / 255;
  return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
};

/** WCAG 2.2, relative luminance. */
export const luminance = ([r, g, b]: Rgb): number => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);

export function contrastRatio(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** The first colour between `color` and `end` that has the required contrast with every background. */
function withContrast(color: Rgb, end: Rgb, backgrounds: readonly Rgb[], ratio: number): Rgb {
  for (let step = 0; step <= 50; step++) {
    const candidate = parseHex(formatHex(mix(color, end, step / 50)))!;
    if (backgrounds.every((ground) => contrastRatio(candidate, ground) >= ratio)) return candidate;
  }
  return end;
}

/** Dark backgrounds move the accent towards white, light ones towards black. */
export function readableAccent(hex: string, surfaces: ThemeSurfaces): Accent | null {
  const original = parseHex(hex);
  const backgrounds = [surfaces.bg, surfaces.panel, surfaces.raised].map((ground) => parseHex(ground)!);
  if (!original) return null;
  const end = luminance(backgrounds[0]!) < 0.18 ? WHITE : BLACK;
  const accent = withContrast(original, end, backgrounds, 3);
  const text = withContrast(original, end, backgrounds, 4.5);
  // A dark tint of the accent or white, whichever contrasts more; one of black and white always reaches 4.5:1.
  const ink = mix(accent, BLACK, 0.88);
  const better =
    contrastRatio(ink, accent) >= contrastRatio(WHITE, accent) ? withContrast(ink, BLACK, [accent], 4.5) : WHITE;
  const on = contrastRatio(better, accent) >= 4.5 ? better : contrastRatio(BLACK, accent) >= 4.5 ? BLACK : WHITE;
  return { accent: formatHex(accent), text: formatHex(text), onAccent: formatHex(on) };
}
