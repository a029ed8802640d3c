/**
 * The player's own words, in groups: what viewers see is fetched with the player, the rest when it is needed. English
 * says what another language lacks, and what viewers see of it is always there.
 */
import base from './en/base';

export type Group = 'base' | 'config' | 'dialogs';
type Catalogue = Record<string, string>;
type CatalogueModule = Promise<{ default: Catalogue }>;
/** Says a phrase with its values put in. */
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
    (catalogue[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export const translateEnglish = translator(base);

/** The first of the wanted languages that there is; English otherwise. Pure. */
export function pickLanguage(preferred: readonly (string | null | undefined)[]): string {
  for (const tag of preferred) {
    const catalogue = tag?.toLowerCase().split('-')[0];
    if (catalogue && LANGUAGES.includes(catalogue)) return catalogue;
  }
  return 'en';
}

/** A language's words; what can't be fetched is said in English, or by its key. */
export async function loadTranslations(language: string, ...groups: Group[]): Promise<Translate> {
  const catalogue: Catalogue = { ...base };
  for (const group of groups.length ? groups : (['base'] as const)) {
    try {
      Object.assign(catalogue, (await CATALOGUES[language]![group]()).default);
    } catch {
      /* offline: English has to do */
    }
  }
  return translator(catalogue);
}
