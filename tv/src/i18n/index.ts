// Translations. en.json and de.json are flat and have the same keys.
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
  if (seconds < 59.5) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  const [h, m] = [Math.floor(minutes / 60), minutes % 60];
  return h === 0 ? `${m} min` : m === 0 ? `${h} h` : `${h} h ${m} min`;
}

/** 5025 → "1:23:45"; 65 → "1:05". */
export function formatClock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60];
  const visibleParts = parts[0] === 0 ? parts.slice(1) : parts;
  return visibleParts.map((n, i) => (i === 0 ? String(n) : String(n).padStart(2, '0'))).join(':');
}

/** 1.25 → "1.25×", "1,25×". */
export const formatSpeed = (speed: number): string => `${speed.toLocaleString(current)}×`;

/** "de" → "German", in the viewer's language; unknown codes are returned as they are. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([current], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}
