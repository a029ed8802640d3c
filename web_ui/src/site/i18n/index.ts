/**
 * Words in the viewer's language. The catalogues are flat (`"home.empty": "…"`), `%{name}` is filled in, `||||`
 * divides one from many by `n`. English comes with the page; the others are fetched when they are wanted.
 */
import en from './en.json';

export type Key = keyof typeof en;
export type Values = Record<string, string | number>;
type Catalogue = Record<string, string>;

export const LANGUAGES: Record<string, { name: string; load: () => Promise<{ default: Catalogue }> }> = {
  en: { name: 'English', load: async () => ({ default: en }) },
  de: { name: 'Deutsch', load: () => import('./de.json') },
};
const STORED = 'otnet.language';

let language = 'en';
let catalogue: Catalogue = en;
const listeners = new Set<() => void>();

/** The first language a person reads that we have: "de-AT" is "de". Pure. */
export function choose(wanted: readonly string[], have: readonly string[]): string {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0] ?? '';
    if (have.includes(base)) return base;
  }
  return have[0] ?? 'en';
}

/** A phrase with its values filled in. Pure. */
export function fill(phrase: string, values: Values = {}): string {
  const [one = '', many] = phrase.split('||||').map((part) => part.trim());
  const chosen = many !== undefined && values.n !== 1 ? many : one;
  return chosen.replace(/%\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export const t = (key: Key, values?: Values): string => fill(catalogue[key] ?? en[key], values);

/** The phrase of a key that is made of data ("role.director"), if there is one. */
export const phrase = (key: string): string | null => catalogue[key] ?? (en as Catalogue)[key] ?? null;

export const currentLanguage = (): string => language;

async function load(next: string): Promise<void> {
  const known = LANGUAGES[next] ? next : 'en';
  try {
    catalogue = (await LANGUAGES[known]!.load()).default;
    language = known;
  } catch {
    // Without the network the page stays in the language it has.
  }
  document.documentElement.lang = language;
  listeners.forEach((listener) => listener());
}

export function stored(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function store(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing still shows the page.
  }
}

export function startLanguage(): Promise<void> {
  const wanted = [stored(STORED), ...navigator.languages].filter((tag): tag is string => !!tag);
  return load(choose(wanted, Object.keys(LANGUAGES)));
}

export function changeLanguage(next: string): Promise<void> {
  store(STORED, next);
  return load(next);
}

export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
