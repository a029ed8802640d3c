/** The address of the list that each page last asked for, page by page; the API panel shows it. */
import { useSyncExternalStore } from 'react';

const last = new Map<string, string>();
const listeners = new Set<() => void>();

export function keepList(resource: string, url: string): void {
  if (last.get(resource) === url) return;
  last.set(resource, url);
  listeners.forEach((listener) => listener());
}

export const useLastList = (resource: string): string | undefined =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => last.get(resource),
  );
