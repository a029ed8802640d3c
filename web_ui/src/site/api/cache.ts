/**
 * A cache of GET responses by URL (stale-while-revalidate): a page renders from the cache and revalidates it in the
 * background, also when the window becomes visible or the network returns. Responses that arrive out of order never
 * overwrite newer ones.
 */
import { useEffect, useState } from 'preact/hooks';
import { get } from './http';
import { unreachableProblem, Problem } from '../../../shared/problem';

interface Entry {
  data: unknown;
  problem: Problem | null;
  fetchedAt: number;
  request: AbortController | null;
  watchers: Set<() => void>;
}
export interface CachedQuery<T> {
  data: T | null;
  problem: Problem | null;
  reload: () => void;
}

const FRESH_MS = 10_000;
const entries = new Map<string, Entry>();

function entryFor(url: string): Entry {
  let entry = entries.get(url);
  if (!entry) {
    entry = { data: null, problem: null, fetchedAt: 0, request: null, watchers: new Set() };
    entries.set(url, entry);
  }
  return entry;
}

const notify = (e: Entry) => e.watchers.forEach((watcher) => watcher());

/** Stores a response known from elsewhere: the preloaded page data, or another request. */
export function setCached(url: string, data: unknown): void {
  const e = entryFor(url);
  e.request?.abort();
  Object.assign(e, { data, problem: null, fetchedAt: Date.now(), request: null });
  notify(e);
}

export const getCached = <T>(url: string): T | null => (entries.get(url)?.data as T | undefined) ?? null;

export async function revalidate(url: string): Promise<void> {
  const e = entryFor(url);
  if (e.request) return;
  const request = new AbortController();
  e.request = request;
  try {
    const data = await get(url, request.signal);
    if (e.request === request) Object.assign(e, { data, problem: null, fetchedAt: Date.now() });
  } catch (error) {
    if (e.request === request) e.problem = error instanceof Problem ? error : unreachableProblem(true);
  }
  if (e.request !== request) return;
  e.request = null;
  notify(e);
}

/** Clears all entries except those given, after signing in or out. Entries in use are fetched again. */
export function clearExcept(...except: string[]): void {
  for (const [url, e] of entries) {
    if (except.includes(url)) continue;
    e.request?.abort();
    Object.assign(e, { data: null, problem: null, fetchedAt: 0, request: null });
    if (e.watchers.size === 0) entries.delete(url);
    else void revalidate(url);
  }
}

/** Revalidates entries in use that are older than `ms`. */
export function revalidateStale(ms = FRESH_MS): void {
  for (const [url, e] of entries) {
    if (e.watchers.size > 0 && Date.now() - e.fetchedAt > ms) void revalidate(url);
  }
}

/** The cached response of `url`, re-rendered on changes. Null requests nothing. */
export function useCachedGet<T>(url: string | null): CachedQuery<T> {
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!url) return;
    const e = entryFor(url);
    const watcher = () => redraw((n) => n + 1);
    e.watchers.add(watcher);
    if (Date.now() - e.fetchedAt > FRESH_MS) void revalidate(url);
    return () => void e.watchers.delete(watcher);
  }, [url]);
  const e = url ? entries.get(url) : undefined;
  return {
    data: (e?.data as T | undefined) ?? null,
    problem: e?.problem ?? null,
    reload: () => {
      if (url) void revalidate(url);
    },
  };
}

export function startRevalidation(): void {
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) revalidateStale();
  });
  addEventListener('online', () => revalidateStale(0));
  // Restored from the back/forward cache.
  addEventListener('pageshow', (event) => {
    if (event.persisted) revalidateStale(0);
  });
}
