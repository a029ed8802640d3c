/**
 * What has been read, by address. A page shown again is drawn at once from here and read anew in the background; so is
 * everything on the screen when the page is looked at again or the network comes back. Answers that arrive out of
 * order never overwrite newer ones.
 */
import { useEffect, useState } from 'preact/hooks';
import { get } from './http';
import { noAnswer, Problem } from './problem';

interface Entry {
  data: unknown;
  problem: Problem | null;
  at: number;
  running: AbortController | null;
  watchers: Set<() => void>;
}
export interface Read<T> {
  data: T | null;
  problem: Problem | null;
  reload: () => void;
}

const FRESH_MS = 10_000;
const entries = new Map<string, Entry>();

function entry(url: string): Entry {
  let found = entries.get(url);
  if (!found) {
    found = { data: null, problem: null, at: 0, running: null, watchers: new Set() };
    entries.set(url, found);
  }
  return found;
}

const tell = (e: Entry) => e.watchers.forEach((watcher) => watcher());

/** An answer known from elsewhere: the page's head, or another request. */
export function put(url: string, data: unknown): void {
  const e = entry(url);
  e.running?.abort();
  Object.assign(e, { data, problem: null, at: Date.now(), running: null });
  tell(e);
}

export const peek = <T>(url: string): T | null => (entries.get(url)?.data as T | undefined) ?? null;

export async function read(url: string): Promise<void> {
  const e = entry(url);
  if (e.running) return;
  const running = new AbortController();
  e.running = running;
  try {
    const data = await get(url, running.signal);
    if (e.running === running) Object.assign(e, { data, problem: null, at: Date.now() });
  } catch (error) {
    if (e.running === running) e.problem = error instanceof Problem ? error : noAnswer(true);
  }
  if (e.running !== running) return;
  e.running = null;
  tell(e);
}

/** Everything but what is named is forgotten: somebody signed in or out. What is on the screen is read again. */
export function forget(...except: string[]): void {
  for (const [url, e] of entries) {
    if (except.includes(url)) continue;
    e.running?.abort();
    Object.assign(e, { data: null, problem: null, at: 0, running: null });
    if (e.watchers.size === 0) entries.delete(url);
    else void read(url);
  }
}

/** What is looked at and older than `ms` is read again. */
export function refresh(ms = FRESH_MS): void {
  for (const [url, e] of entries) {
    if (e.watchers.size > 0 && Date.now() - e.at > ms) void read(url);
  }
}

/** The answer of `url`, now and whenever it changes; null asks nothing. */
export function useRead<T>(url: string | null): Read<T> {
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!url) return;
    const e = entry(url);
    const watcher = () => redraw((n) => n + 1);
    e.watchers.add(watcher);
    if (Date.now() - e.at > FRESH_MS) void read(url);
    return () => void e.watchers.delete(watcher);
  }, [url]);
  const e = url ? entries.get(url) : undefined;
  return {
    data: (e?.data as T | undefined) ?? null,
    problem: e?.problem ?? null,
    reload: () => {
      if (url) void read(url);
    },
  };
}

export function keepFresh(): void {
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) refresh();
  });
  addEventListener('online', () => refresh(0));
  // A page kept by the browser while another site was visited.
  addEventListener('pageshow', (event) => {
    if (event.persisted) refresh(0);
  });
}
