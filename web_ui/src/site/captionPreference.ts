/**
 * Which subtitles the player starts with on this device. The player keeps the last choice under this name, as JSON: a
 * language, or "off"; nothing kept leaves it to the title.
 */
import { store, stored } from './i18n';

const STORED = 'otnet.captions';
export const CAPTION_LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'tr', 'uk', 'ar', 'ja', 'zh'];

/** A language tag, "off", or "" where nothing was chosen. */
export function captions(): string {
  try {
    const kept: unknown = JSON.parse(stored(STORED) ?? 'null');
    return typeof kept === 'string' ? kept : '';
  } catch {
    return '';
  }
}

export const chooseCaptions = (choice: string): void => store(STORED, choice ? JSON.stringify(choice) : null);
