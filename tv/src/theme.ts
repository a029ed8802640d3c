// The design tokens for televisions: sizes times 1.5, text at least 24 px, and a 5 % safe area, because some sets
// overscan.
import tokens from '../../web_ui/tokens.json';

const { ink, fixed } = tokens.color;
const tvPx = (px: number): number => Math.round(px * 1.5);
const [fine, small, text, large, title, heading, display] = tokens.type.size.map((px) => Math.max(24, tvPx(px))) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

export const WIDTH = 1920;
export const HEIGHT = 1080;
export const SAFE_X = WIDTH * 0.05;
export const SAFE_Y = HEIGHT * 0.05;
export const FOCUS_SCALE = 1.04;
export const FAST_MS = Number.parseInt(tokens.motion.fast, 10);
export const SLOW_MS = Number.parseInt(tokens.motion.slow, 10);

/** Screen pixels per stage pixel, for a window of any aspect ratio. */
export const pixelRatio = (width: number, height: number, density: number): number =>
  Math.min(2, Math.min(width / WIDTH, height / HEIGHT) * density) || 1;

const withAlpha = (color: string, alpha: number): string =>
  color +
  Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0');

/** Accessible in templates as `$$theme.…`. */
export const theme = {
  bg: ink.bg,
  panel: ink.panel,
  raised: ink.raised,
  line: ink.line,
  edge: ink.edge,
  text: ink.text,
  muted: ink.muted,
  accent: ink.accent,
  onAccent: ink['on-accent'],
  danger: ink.danger,
  waiting: ink.waiting,
  ready: ink.ready,
  tally: fixed.tally,
  stage: fixed.stage,
  bars: tokens.color.bars,
  veil: withAlpha(ink.bg, 0.82),
  glass: withAlpha(ink.raised, 0.78),
  clear: withAlpha(ink.bg, 0),
  track: withAlpha(ink.text, 0.28),
  size: { fine, small, text, large, title, heading, display },
  radius: { control: tvPx(tokens.radius.control), card: tvPx(tokens.radius.card), dialog: tvPx(tokens.radius.dialog) },
  safeX: SAFE_X,
  safeY: SAFE_Y,
};

/** Uses the organization's accent if its contrast with the background is at least 3:1. */
export function setAccent(color: string | null): void {
  if (color !== null && /^#[0-9a-f]{6}$/i.test(color) && contrast(color, ink.bg) >= 3) {
    theme.accent = color;
    theme.onAccent = contrast(color, ink['on-accent']) >= contrast(color, ink.text) ? ink['on-accent'] : ink.text;
  }
}

/** WCAG 2 contrast ratio of two `#rrggbb` colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
