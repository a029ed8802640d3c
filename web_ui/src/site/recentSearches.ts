/** Recent successful searches, stored on this device only. */
import { writeStorage, readStorage } from './i18n';

const STORAGE_KEY = 'otnet.searches';
const MAX_SEARCHES = 8;

/** Adds a search in front. Duplicates (case-insensitive) and prefixes of the new search are removed. Pure. */
export function withSearch(kept: readonly string[], words: string): string[] {
  const query = words.trim();
  if (query.length < 2) return [...kept];
  const isSame = (other: string) => {
    const [a, b] = [other.toLowerCase(), query.toLowerCase()];
    return a === b || b.startsWith(a);
  };
  return [query, ...kept.filter((other) => !isSame(other))].slice(0, MAX_SEARCHES);
}

export function recentSearches(): string[] {
  try {
    const kept: unknown = JSON.parse(readStorage(STORAGE_KEY) ?? '[]');
    return Array.isArray(kept)
      ? kept.filter((words): words is string => typeof words === 'string').slice(0, MAX_SEARCHES)
      : [];
  } catch {
    return [];
  }
}

export const rememberSearch = (words: string): void =>
  writeStorage(STORAGE_KEY, JSON.stringify(withSearch(recentSearches(), words)));
export const clearRecentSearches = (): void => writeStorage(STORAGE_KEY, null);
