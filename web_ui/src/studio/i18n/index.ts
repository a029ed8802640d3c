/**
 * Translations. The catalogues are flat (`"home.title": "Home"`); `%{name}` is interpolated, `||||` separates
 * singular and plural by `smart_count`. Field labels come from the server in English; de.schema.json translates them
 * to German, missing ones stay English.
 */
import { useCallback, useSyncExternalStore } from 'react';
import type { I18nProvider } from 'react-admin';
import de from './de.json';
import deSchema from './de.schema.json';
import en from './en.json';

export type MessageKey = keyof typeof en;
export type Values = Record<string, string | number>;
export type Translate = (key: MessageKey, values?: Values) => string;
export const LOCALES = [
  { locale: 'en', name: 'English' },
  { locale: 'de', name: 'Deutsch' },
] as const;
type Locale = (typeof LOCALES)[number]['locale'];

const CATALOGUES: Record<Locale, Record<string, string>> = { en, de };
const STORAGE_KEY = 'otnet.locale';

const firstLocale = (): Locale => {
  if (typeof localStorage === 'undefined') return 'en';
  const stored = localStorage.getItem(STORAGE_KEY);
  return stored === 'en' || stored === 'de' ? stored : navigator.language.startsWith('de') ? 'de' : 'en';
};

let locale: Locale = firstLocale();
const listeners = new Set<() => void>();

export const currentLocale = (): Locale => locale;

export function changeLocale(next: string): void {
  locale = next === 'de' ? 'de' : 'en';
  localStorage.setItem(STORAGE_KEY, locale);
  document.documentElement.lang = locale;
  listeners.forEach((listener) => listener());
}

/** Changes to a language that somebody else has chosen for the user, unless they have chosen one themselves. */
export function suggestLocale(suggested: string): void {
  if (localStorage.getItem(STORAGE_KEY) === null) changeLocale(suggested);
}

/** Interpolates a phrase. Pure. */
export function fill(phrase: string, values: Values = {}): string {
  const [one, many] = phrase.split('||||').map((part) => part.trim());
  const chosen = many !== undefined && values.smart_count !== 1 ? many : one!;
  return chosen.replace(/%\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
}

/** Texts that are not keys, such as server messages, are returned unchanged. */
export const translate = (key: string, values?: Values): string =>
  fill(CATALOGUES[locale][key] ?? CATALOGUES.en[key] ?? key, values);

/** Translates a text of the schema: by resource and name, by name, or unchanged. */
export function schemaText(text: string | undefined, ...keys: string[]): string {
  if (locale === 'en' || !text) return text ?? '';
  const words: Record<string, string> = deSchema;
  return keys.map((key) => words[key]).find((word) => word !== undefined) ?? text;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useLocale = (): Locale => useSyncExternalStore(subscribe, currentLocale);

export function useT(): Translate {
  const current = useLocale();
  return useCallback((key: MessageKey, values?: Values) => (current ? translate(key, values) : key), [current]);
}

export const i18nProvider: I18nProvider = {
  translate: (key, options) => {
    const known = CATALOGUES[locale][key] ?? CATALOGUES.en[key];
    return known === undefined
      ? typeof options?._ === 'string'
        ? fill(options._, options)
        : key
      : fill(known, options);
  },
  changeLocale: async (next) => changeLocale(next),
  getLocale: currentLocale,
  getLocales: () => [...LOCALES],
};
