// Translations. en.json and de.json are flat and have the same keys.
import { displayName } from '../../../web_ui/shared/displayName';
import { durationParts } from '../../../web_ui/shared/time';
import de from './de.json';
import en from './en.json';

export type MessageKey = keyof typeof en;
export type Language = 'en' | 'de';
const catalogues: Record<Language, Record<MessageKey, string>> = { en, de };
let current: Language = 'en';

export const language = (): Language => current;

export function setLanguage(tag: string): void {
  current = tag.toLowerCase().startsWith('de') ? 'de' : 'en';
}

/** The message of a key, with `{name}` replaced by `values.name`. */
export function t(word: MessageKey, values: Record<string, string | number> = {}): string {
  return catalogues[current][word].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** 5025 → "1 h 24 min"; 40 → "40 s". */
export function formatDuration(seconds: number): string {
  const { h, m, s } = durationParts(seconds);
  if (s > 0) return `${s} s`;
  return h === 0 ? `${m} min` : m === 0 ? `${h} h` : `${h} h ${m} min`;
}

/** 1.25 → "1.25×", "1,25×". */
export const formatSpeed = (speed: number): string => `${speed.toLocaleString(current)}×`;

/** "de" → "German", in the viewer's language; unknown codes are returned as they are. */
export const languageName = (code: string): string => displayName('language', code, current);
