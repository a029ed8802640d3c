/**
 * What the page stands on: the requests that the API panel offers, said by each page itself.
 * A page names method and address; answers come from what was really exchanged.
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

/** The first one is what is shown; the others are what can be done here. */
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
