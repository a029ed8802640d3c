/** Recent successful searches, stored on this device only. */
import { writeStorage, readStorage } from './i18n';

const STORAGE_KEY = 'otnet.searches';
const MAX_SEARCHES = 8;

/** Adds a search in front. Duplicates (case-insensitive) and prefixes of the new search are removed. Pure. */
export function withSearch(searches: readonly string[], input: string): string[] {
  const query = input.trim();
  if (query.length < 2) return [...searches];
  const isSame = (other: string) => {
    const [a, b] = [other.toLowerCase(), query.toLowerCase()];
    return a === b || b.startsWith(a);
  };
  return [query, ...searches.filter((other) => !isSame(other))].slice(0, MAX_SEARCHES);
}

export function recentSearches(): string[] {
  try {
    const searches: unknown = JSON.parse(readStorage(STORAGE_KEY) ?? '[]');
    return Array.isArray(searches)
      ? searches.filter((query): query is string => typeof query === 'string').slice(0, MAX_SEARCHES)
      : [];
  } catch {
    return [];
  }
}

export const rememberSearch = (query: string): void =>
  writeStorage(STORAGE_KEY, JSON.stringify(withSearch(recentSearches(), query)));
export const clearRecentSearches = (): void => writeStorage(STORAGE_KEY, null);
