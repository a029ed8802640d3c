/** Caption style: the viewer's choice as CSS custom properties, for our caption layer and for the browser's `::cue`. */
import { recall, remember } from '../engine/preferences';

export const CHOICES = {
  size: ['small', 'medium', 'large', 'huge'],
  colour: ['white', 'yellow', 'cyan', 'green', 'black'],
  background: ['dark', 'solid', 'none', 'white'],
  edge: ['none', 'outline', 'shadow'],
} as const;
export type Style = { [K in keyof typeof CHOICES]: (typeof CHOICES)[K][number] };
export const USUAL: Style = { size: 'medium', colour: 'white', background: 'dark', edge: 'none' };

const SIZES: Record<Style['size'], number> = { small: 0.75, medium: 1, large: 1.4, huge: 1.9 };
const COLOURS: Record<Style['colour'], string> = {
  white: '#fff',
  yellow: '#ffe14d',
  cyan: '#5ce1ff',
  green: '#6dff8b',
  black: '#000',
};
const GROUNDS: Record<Style['background'], string> = {
  dark: 'rgb(0 0 0 / 0.76)',
  solid: '#000',
  none: 'transparent',
  white: '#fff',
};
const EDGES: Record<Style['edge'], string> = {
  none: 'none',
  outline: '0 0 2px #000, 1px 1px 1px #000, -1px -1px 1px #000, 1px -1px 1px #000, -1px 1px 1px #000',
  shadow: '0.08em 0.08em 0.12em #000',
};

export function properties(style: Style): Record<string, string> {
  return {
    '--_caption-scale': String(SIZES[style.size]),
    '--_caption-colour': COLOURS[style.colour],
    '--_caption-ground': GROUNDS[style.background],
    '--_caption-edge': EDGES[style.edge],
  };
}

/** What was kept, with what has become unknown put right. */
export function recalled(): Style {
  const kept = recall<Partial<Style>>('caption-style', {});
  const right = Object.entries(CHOICES).map(([part, words]) => {
    const value = kept[part as keyof Style] as string | undefined;
    return [part, (words as readonly string[]).includes(value ?? '') ? value : USUAL[part as keyof Style]];
  });
  return Object.fromEntries(right) as Style;
}

export function apply(around: HTMLElement, style: Style): void {
  for (const [name, value] of Object.entries(properties(style))) around.style.setProperty(name, value);
}

export function keep(style: Style): void {
  remember('caption-style', style);
}
