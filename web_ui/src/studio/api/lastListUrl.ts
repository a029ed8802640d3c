/** The URL of the last list request of each page, for the API panel. */
import { useSyncExternalStore } from 'react';

const lastUrls = new Map<string, string>();
const listeners = new Set<() => void>();

export function rememberListUrl(resource: string, url: string): void {
  if (lastUrls.get(resource) === url) return;
  lastUrls.set(resource, url);
  listeners.forEach((listener) => listener());
}

export const useLastListUrl = (resource: string): string | undefined =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => lastUrls.get(resource),
  );
