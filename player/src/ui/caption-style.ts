/** Caption style: the viewer's choice as CSS custom properties, for our caption layer and for the browser's `::cue`. */
import { loadPreference, savePreference } from '../engine/preferences';

export const STYLE_OPTIONS = {
  size: ['small', 'medium', 'large', 'huge'],
  colour: ['white', 'yellow', 'cyan', 'green', 'black'],
  background: ['dark', 'solid', 'none', 'white'],
  edge: ['none', 'outline', 'shadow'],
} as const;
export type CaptionStyle = { [K in keyof typeof STYLE_OPTIONS]: (typeof STYLE_OPTIONS)[K][number] };
export const DEFAULT_STYLE: CaptionStyle = { size: 'medium', colour: 'white', background: 'dark', edge: 'none' };

const SIZES: Record<CaptionStyle['size'], number> = { small: 0.75, medium: 1, large: 1.4, huge: 1.9 };
const COLOURS: Record<CaptionStyle['colour'], string> = {
  white: '#fff',
  yellow: '#ffe14d',
  cyan: '#5ce1ff',
  green: '#6dff8b',
  black: '#000',
};
const BACKGROUNDS: Record<CaptionStyle['background'], string> = {
  dark: 'rgb(0 0 0 / 0.76)',
  solid: '#000',
  none: 'transparent',
  white: '#fff',
};
const EDGES: Record<CaptionStyle['edge'], string> = {
  none: 'none',
  outline: '0 0 2px #000, 1px 1px 1px #000, -1px -1px 1px #000, 1px -1px 1px #000, -1px 1px 1px #000',
  shadow: '0.08em 0.08em 0.12em #000',
};

export function styleProperties(style: CaptionStyle): Record<string, string> {
  return {
    '--_caption-scale': String(SIZES[style.size]),
    '--_caption-colour': COLOURS[style.colour],
    '--_caption-ground': BACKGROUNDS[style.background],
    '--_caption-edge': EDGES[style.edge],
  };
}

/** Loads the stored style; unknown values are replaced by the defaults. */
export function loadCaptionStyle(): CaptionStyle {
  const stored = loadPreference<Partial<CaptionStyle>>('caption-style', {});
  const valid = Object.entries(STYLE_OPTIONS).map(([part, words]) => {
    const value = stored[part as keyof CaptionStyle] as string | undefined;
    return [
      part,
      (words as readonly string[]).includes(value ?? '') ? value : DEFAULT_STYLE[part as keyof CaptionStyle],
    ];
  });
  return Object.fromEntries(valid) as CaptionStyle;
}

export function applyCaptionStyle(element: HTMLElement, style: CaptionStyle): void {
  for (const [name, value] of Object.entries(styleProperties(style))) element.style.setProperty(name, value);
}

export function saveCaptionStyle(style: CaptionStyle): void {
  savePreference('caption-style', style);
}
