/** Submits a form as soon as none of its reference fields is creating a record, which is then part of what is saved. */
import { useSyncExternalStore } from 'react';

const POLL_MS = 50;

export const isCreating = (form: Element | null | undefined): boolean =>
  Boolean(form?.querySelector('[data-creating]'));

export function submitWhenCreated(form: HTMLFormElement | null | undefined): void {
  if (isCreating(form)) window.setTimeout(() => submitWhenCreated(form), POLL_MS);
  else if (form?.isConnected) form.requestSubmit();
}

let creations = 0;
const listeners = new Set<() => void>();

/** Counts a creation until it has been answered. */
export async function countCreation<T>(creation: Promise<T>): Promise<T> {
  const change = (by: number) => {
    creations += by;
    listeners.forEach((listener) => listener());
  };
  change(1);
  try {
    return await creation;
  } finally {
    change(-1);
  }
}

/** Whether any reference field is creating a record: a form without another change can be submitted then. */
export const useCreating = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => creations > 0,
  );
