/**
 * Which subtitles the player starts with on this device. The player keeps the last choice under this name, as JSON: a
 * language, or "off"; nothing kept leaves it to the title.
 */
import { writeStorage, readStorage } from './i18n';

const STORAGE_KEY = 'otnet.captions';
export const CAPTION_LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'tr', 'uk', 'ar', 'ja', 'zh'];

/** A language tag, "off", or "" where nothing was chosen. */
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
