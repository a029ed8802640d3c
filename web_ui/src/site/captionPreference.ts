/**
 * The subtitles a playback starts with on this device. Shared with the player through localStorage: a JSON string
 * with a language or "off"; absent means the title's default.
 */
import { writeStorage, readStorage } from './i18n';

const STORAGE_KEY = 'otnet.captions';
export const CAPTION_LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'tr', 'uk', 'ar', 'ja', 'zh'];

/** A language tag, "off", or "" if nothing is stored. */
export function captionPreference(): string {
  try {
    const stored: unknown = JSON.parse(readStorage(STORAGE_KEY) ?? 'null');
    return typeof stored === 'string' ? stored : '';
  } catch {
    return '';
  }
}

export const setCaptionPreference = (choice: string): void =>
  writeStorage(STORAGE_KEY, choice ? JSON.stringify(choice) : null);
