/** The organization's colour on both themes, and the look a person chose on this device. */
import { color } from '../../../tokens.json';
import { store, stored } from '../i18n';
import { readable, type Accent } from './contrast';

export const LOOKS = ['system', 'ink', 'paper'] as const;
export type Look = (typeof LOOKS)[number];
const STORED = 'otnet.look';

const rule = (a: Accent) => `--accent:${a.accent};--accent-text:${a.text};--on-accent:${a.on}`;

/** A style sheet that overrides the tokens; empty where no usable accent is set. Pure. */
export function accentCss(hex: string | null): string {
  const ink = hex ? readable(hex, color.ink) : null;
  const paper = hex ? readable(hex, color.paper) : null;
  if (!ink || !paper) return '';
  return [
    `:root,:root .ink,:root[data-theme=ink]{${rule(ink)}}`,
    `@media(prefers-color-scheme:light){:root{${rule(paper)}}:root .ink{${rule(ink)}}}`,
    `:root[data-theme=paper]{${rule(paper)}}`,
  ].join('');
}

export function dress(hex: string | null): void {
  let sheet = document.getElementById('otnet-accent');
  if (!sheet) {
    sheet = Object.assign(document.createElement('style'), { id: 'otnet-accent' });
    document.head.append(sheet);
  }
  const css = accentCss(hex);
  if (sheet.textContent !== css) sheet.textContent = css;
}

export function look(): Look {
  const kept = stored(STORED);
  return LOOKS.find((known) => known === kept) ?? 'system';
}

export function wear(next: Look): void {
  if (next === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
}

export function chooseLook(next: Look): void {
  store(STORED, next === 'system' ? null : next);
  wear(next);
}
