/**
 * Translations in groups: `base` is loaded with the player, the others on demand. English is the fallback for missing
 * keys; its `base` group is always included.
 */
import base from './en/base';

export type Group = 'base' | 'config' | 'dialogs';
type Catalogue = Record<string, string>;
type CatalogueModule = Promise<{ default: Catalogue }>;
/** Returns the message of a key with its values inserted. */
export type Translate = (key: string, values?: Record<string, string | number>) => string;

const CATALOGUES: Record<string, Record<Group, () => CatalogueModule>> = {
  en: {
    base: () => Promise.resolve({ default: base }),
    config: () => import('./en/config'),
    dialogs: () => import('./en/dialogs'),
  },
  de: {
    base: () => import('./de/base'),
    config: () => import('./de/config'),
    dialogs: () => import('./de/dialogs'),
  },
};
export const LANGUAGES = Object.keys(CATALOGUES);

export function translator(catalogue: Catalogue): Translate {
  return (key, values = {}) =>
    (catalogue[key] ?? key).replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
}

export const translateEnglish = translator(base);

/** The first preferred language that is available, else English. Pure. */
export function pickLanguage(preferred: readonly (string | null | undefined)[]): string {
  for (const tag of preferred) {
    const catalogue = tag?.toLowerCase().split('-')[0];
    if (catalogue && LANGUAGES.includes(catalogue)) return catalogue;
  }
  return 'en';
}

/** Loads a language. Groups that cannot be fetched fall back to English, or to the key. */
export async function loadTranslations(language: string, ...groups: Group[]): Promise<Translate> {
  const catalogue: Catalogue = { ...base };
  for (const group of groups.length ? groups : (['base'] as const)) {
    try {
      Object.assign(catalogue, (await CATALOGUES[language]![group]()).default);
    } catch {
      /** offline: use English */
    }
  }
  return translator(catalogue);
}
