/**
 * Media changes as server-sent events. One stream for the whole studio, because browsers allow six connections per
 * HTTP/1.1 server; closed while the page is hidden.
 */
import type { Row } from '../api/schema';

const EVENTS_URL = '/api/v1/dashboard/media/events';
const RETRY_MS = [1000, 2000, 5000, 10_000, 30_000];
const HIDDEN_GRACE_MS = 15_000;

export interface Listener {
  onOpen?(): void;
  onMedia?(media: Row): void;
  onRemoved?(id: string): void;
}
const listeners = new Set<Listener>();
let eventSource: EventSource | null = null;
let retryTimer = 0;
let failedAttempts = 0;

function openStream(): void {
  if (eventSource || listeners.size === 0) return;
  eventSource = new EventSource(EVENTS_URL);
  eventSource.addEventListener('open', () => {
    failedAttempts = 0;
    listeners.forEach((l) => l.onOpen?.());
  });
  eventSource.addEventListener('media', (e) =>
    listeners.forEach((l) => l.onMedia?.(JSON.parse((e as MessageEvent<string>).data) as Row)),
  );
  eventSource.addEventListener('removed', (e) =>
    listeners.forEach((l) => l.onRemoved?.((JSON.parse((e as MessageEvent<string>).data) as { id: string }).id)),
  );
  eventSource.addEventListener('error', () => {
    // EventSource reconnects after a lost connection but not after an HTTP error.
    if (eventSource?.readyState !== EventSource.CLOSED) return;
    closeStream();
    retryTimer = window.setTimeout(openStream, RETRY_MS[Math.min(failedAttempts++, RETRY_MS.length - 1)]);
  });
}

function closeStream(): void {
  window.clearTimeout(retryTimer);
  eventSource?.close();
  eventSource = null;
}

function onVisibility(): void {
  window.clearTimeout(retryTimer);
  if (document.hidden) retryTimer = window.setTimeout(closeStream, HIDDEN_GRACE_MS);
  else openStream();
}

/** Returns the function that unsubscribes. */
export function subscribeToMedia(listener: Listener): () => void {
  if (listeners.size === 0) document.addEventListener('visibilitychange', onVisibility);
  listeners.add(listener);
  openStream();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    document.removeEventListener('visibilitychange', onVisibility);
    closeStream();
  };
}
