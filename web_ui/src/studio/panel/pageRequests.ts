/**
 * The requests of the current page, as the API panel offers them. Each page declares method and URL; responses come
 * from the recorded exchanges.
 */
import { useEffect, useSyncExternalStore } from 'react';
import type { Method } from '../api/http';
import type { MessageKey } from '../i18n';

export interface PageRequest {
  name: MessageKey;
  method: Method;
  url: string;
  body?: unknown;
  headers?: Record<string, string>;
}

let current: readonly PageRequest[] = [];
const listeners = new Set<() => void>();

function setCurrent(next: readonly PageRequest[]): void {
  if (JSON.stringify(next) === JSON.stringify(current)) return;
  current = next;
  listeners.forEach((listener) => listener());
}

/** The first request loads the page; the others are actions available on it. */
export function usePageRequests(requests: readonly PageRequest[]): void {
  const text = JSON.stringify(requests);
  useEffect(() => {
    setCurrent(JSON.parse(text) as PageRequest[]);
  }, [text]);
  useEffect(() => () => setCurrent([]), []);
}

export const useCurrentRequests = (): readonly PageRequest[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
