/**
 * Translations. The catalogues are flat (`"home.empty": "…"`); `%{name}` is interpolated, `||||` separates singular
 * and plural by `n`. English is bundled, the others are loaded on demand.
 */
import en from './en.json';

export type MessageKey = keyof typeof en;
export type Values = Record<string, string | number>;
type Catalogue = Record<string, string>;

export const LANGUAGES: Record<string, { name: string; load: () => Promise<{ default: Catalogue }> }> = {
  en: { name: 'English', load: async () => ({ default: en }) },
  de: { name: 'Deutsch', load: () => import('./de.json') },
};
const STORAGE_KEY = 'otnet.language';

let language = 'en';
let catalogue: Catalogue = en;
const listeners = new Set<() => void>();

/** The first preferred language that is available: "de-AT" matches "de". Pure. */
export function pickLanguage(preferred: readonly string[], available: readonly string[]): string {
  for (const tag of preferred) {
    const base = tag.toLowerCase().split('-')[0] ?? '';
    if (available.includes(base)) return base;
  }
  return available[0] ?? 'en';
}

/** Interpolates a phrase. Pure. */
export function fill(phrase: string, values: Values = {}): string {
  const [one = '', many] = phrase.split('||||').map((part) => part.trim());
  const chosen = many !== undefined && values.n !== 1 ? many : one;
  return chosen.replace(/%\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
}

export const t = (key: MessageKey, values?: Values): string => fill(catalogue[key] ?? en[key], values);

/** The phrase of a computed key ("role.director"), or null. */
export const messageOrNull = (key: string): string | null => catalogue[key] ?? (en as Catalogue)[key] ?? null;

export const currentLanguage = (): string => language;

async function loadCatalogue(next: string): Promise<void> {
  const known = LANGUAGES[next] ? next : 'en';
  try {
    catalogue = (await LANGUAGES[known]!.load()).default;
    language = known;
  } catch {
    // Offline: keep the current language.
  }
  document.documentElement.lang = language;
  listeners.forEach((listener) => listener());
}

export function readStorage(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function writeStorage(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // Storage is blocked.
  }
}

export function initLanguage(): Promise<void> {
  const preferred = [readStorage(STORAGE_KEY), ...navigator.languages].filter((tag): tag is string => !!tag);
  return loadCatalogue(pickLanguage(preferred, Object.keys(LANGUAGES)));
}

export function changeLanguage(next: string): Promise<void> {
  writeStorage(STORAGE_KEY, next);
  return loadCatalogue(next);
}

export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
