/** The last searches that led somewhere, kept on this device alone. */
import { store, stored } from './i18n';

const STORED = 'otnet.searches';
const MOST = 8;

/** The newest first, each once, whatever its case; a search that another one begins with is the same search. Pure. */
export function add(kept: readonly string[], words: string): string[] {
  const said = words.trim();
  if (said.length < 2) return [...kept];
  const same = (other: string) => {
    const [a, b] = [other.toLowerCase(), said.toLowerCase()];
    return a === b || b.startsWith(a);
  };
  return [said, ...kept.filter((other) => !same(other))].slice(0, MOST);
}

export function recent(): string[] {
  try {
    const kept: unknown = JSON.parse(stored(STORED) ?? '[]');
    return Array.isArray(kept) ? kept.filter((words): words is string => typeof words === 'string').slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export const remember = (words: string): void => store(STORED, JSON.stringify(add(recent(), words)));
export const forgetRecent = (): void => store(STORED, null);
