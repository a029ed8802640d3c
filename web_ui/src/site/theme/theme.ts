/** The organization's accent colour in both themes, and the theme chosen on this device. */
import { color } from '../../../tokens.json';
import { writeStorage, readStorage } from '../i18n';
import { readableAccent, type Accent } from './contrast';

export const THEME_CHOICES = ['system', 'ink', 'paper'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];
const STORAGE_KEY = 'otnet.look';

const accentProperties = (a: Accent) => `--accent:${a.accent};--accent-text:${a.text};--on-accent:${a.onAccent}`;

/** CSS that overrides the accent tokens; empty without a usable accent. Pure. */
export function accentCss(hex: string | null): string {
  const ink = hex ? readableAccent(hex, color.ink) : null;
  const paper = hex ? readableAccent(hex, color.paper) : null;
  if (!ink || !paper) return '';
  return [
    `:root,:root .ink,:root[data-theme=ink]{${accentProperties(ink)}}`,
    `@media(prefers-color-scheme:light){:root{${accentProperties(paper)}}:root .ink{${accentProperties(ink)}}}`,
    `:root[data-theme=paper]{${accentProperties(paper)}}`,
  ].join('');
}

export function applyAccent(hex: string | null): void {
  let styleElement = document.getElementById('otnet-accent');
  if (!styleElement) {
    styleElement = Object.assign(document.createElement('style'), { id: 'otnet-accent' });
    document.head.append(styleElement);
  }
  const css = accentCss(hex);
  if (styleElement.textContent !== css) styleElement.textContent = css;
}

export function storedTheme(): ThemeChoice {
  const stored = readStorage(STORAGE_KEY);
  return THEME_CHOICES.find((known) => known === stored) ?? 'system';
}

export function applyTheme(next: ThemeChoice): void {
  if (next === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
}

export function chooseTheme(next: ThemeChoice): void {
  writeStorage(STORAGE_KEY, next === 'system' ? null : next);
  applyTheme(next);
}
