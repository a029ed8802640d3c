/**
 * What the page stands on: the requests that the API panel offers, said by each page itself.
 * A page names method and address; answers come from what was really exchanged.
 */
import { useEffect, useSyncExternalStore } from 'react';
import type { Method } from '../api/http';
import type { Key } from '../i18n';

export interface Shown {
  name: Key;
  method: Method;
  url: string;
  body?: unknown;
  headers?: Record<string, string>;
}

let shown: readonly Shown[] = [];
const listeners = new Set<() => void>();

function set(next: readonly Shown[]): void {
  if (JSON.stringify(next) === JSON.stringify(shown)) return;
  shown = next;
  listeners.forEach((listener) => listener());
}

/** The first one is what is shown; the others are what can be done here. */
export function useShown(requests: readonly Shown[]): void {
  const text = JSON.stringify(requests);
  useEffect(() => {
    set(JSON.parse(text) as Shown[]);
  }, [text]);
  useEffect(() => () => set([]), []);
}

export const useShownNow = (): readonly Shown[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
