/**
 * Changes of media as the server sends them. One stream for the whole studio: a browser allows six connections to
 * one HTTP/1.1 server. A hidden page lets its stream go and takes it up again when it is seen.
 */
import type { Row } from '../api/schema';

const URL_ = '/api/v1/dashboard/media/events';
const RETRY_MS = [1000, 2000, 5000, 10_000, 30_000];
const HIDDEN_GRACE_MS = 15_000;

export interface Listener {
  onOpen?(): void;
  onMedia?(media: Row): void;
  onRemoved?(id: string): void;
}
const listeners = new Set<Listener>();
let source: EventSource | null = null;
let timer = 0;
let tries = 0;

function open(): void {
  if (source || listeners.size === 0) return;
  source = new EventSource(URL_);
  source.addEventListener('open', () => {
    tries = 0;
    listeners.forEach((l) => l.onOpen?.());
  });
  source.addEventListener('media', (e) =>
    listeners.forEach((l) => l.onMedia?.(JSON.parse((e as MessageEvent<string>).data) as Row)),
  );
  source.addEventListener('removed', (e) =>
    listeners.forEach((l) => l.onRemoved?.((JSON.parse((e as MessageEvent<string>).data) as { id: string }).id)),
  );
  source.addEventListener('error', () => {
    // The browser reconnects by itself after a lost connection, but gives up after an HTTP error.
    if (source?.readyState !== EventSource.CLOSED) return;
    close();
    timer = window.setTimeout(open, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
  });
}

function close(): void {
  window.clearTimeout(timer);
  source?.close();
  source = null;
}

function onVisibility(): void {
  window.clearTimeout(timer);
  if (document.hidden) timer = window.setTimeout(close, HIDDEN_GRACE_MS);
  else open();
}

/** Returns the function that stops it. */
export function follow(listener: Listener): () => void {
  if (listeners.size === 0) document.addEventListener('visibilitychange', onVisibility);
  listeners.add(listener);
  open();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}
