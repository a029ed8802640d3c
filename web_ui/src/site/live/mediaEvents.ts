/**
 * Encoding progress from the server (server-sent events with changes only).
 *
 * Browsers allow six connections per HTTP/1.1 server across all tabs, and the player needs them: the stream is open
 * only while there are subscribers and the page is visible. It has no history: on opening, the current state is
 * fetched once.
 */
import { useEffect, useState } from 'preact/hooks';
import { get } from '../api/http';
import type { Card } from '../../../shared/catalogue';
import type { EncodeProgress, MediaSummary } from '../../../shared/viewerApi';

const MEDIA = '/api/v1/media';
const EVENTS = `${MEDIA}/events`;
const LATEST = `${MEDIA}?limit=50`;
const HIDDEN_GRACE_MS = 15_000;
const RETRY_MS = [1000, 2000, 5000, 10_000, 30_000];

/** Ids that changed while `fetchPendingMedia` was waiting: newer than its response. */
let changedSinceOpen: Set<string> | null = null;
const changes = new Map<string, MediaSummary>();
const listeners = new Set<(change: MediaSummary) => void>();
let subscribers = 0;
let eventSource: EventSource | null = null;
let retryTimer = 0;
let failedAttempts = 0;

function openStream(): void {
  window.clearTimeout(retryTimer);
  if (eventSource || subscribers === 0 || document.hidden) return;
  const stream = new EventSource(EVENTS);
  eventSource = stream;
  stream.addEventListener('open', () => {
    failedAttempts = 0;
    void fetchPendingMedia();
  });
  stream.addEventListener('media', (event) => {
    const change = JSON.parse(event.data as string) as MediaSummary;
    changedSinceOpen?.add(change.id);
    applyChange(change);
  });
  stream.addEventListener('error', () => {
    // EventSource reconnects after a lost connection but not after an HTTP error.
    if (stream.readyState !== EventSource.CLOSED) return;
    closeStream();
    retryTimer = window.setTimeout(openStream, RETRY_MS[Math.min(failedAttempts++, RETRY_MS.length - 1)]);
  });
}

async function fetchPendingMedia(): Promise<void> {
  const changedIds: typeof changedSinceOpen = new Set();
  changedSinceOpen = changedIds;
  try {
    const { items } = await get<{ items: MediaSummary[] }>(LATEST);
    if (changedSinceOpen !== changedIds) return; // Opened once more meanwhile: that answer is the one.
    items.filter(({ id, state }) => !changedIds.has(id) && (state !== 'ready' || changes.has(id))).forEach(applyChange);
  } catch {
    // Later events contain the state.
  } finally {
    if (changedSinceOpen === changedIds) changedSinceOpen = null;
  }
}

function closeStream(): void {
  window.clearTimeout(retryTimer);
  eventSource?.close();
  eventSource = null;
}

function applyChange(change: MediaSummary): void {
  changes.set(change.id, { ...changes.get(change.id), ...change });
  listeners.forEach((watcher) => watcher(change));
}

/** All media that are not ready yet. */
export const pendingMedia = (): MediaSummary[] => [...changes.values()].filter(({ state }) => state !== 'ready');

export function startMediaEvents(): void {
  document.addEventListener('visibilitychange', () => {
    window.clearTimeout(retryTimer);
    if (document.hidden) retryTimer = window.setTimeout(closeStream, HIDDEN_GRACE_MS);
    else openStream();
  });
}

/** Subscribes while `enabled`; `listener` receives every change. */
export function useMediaEvents(enabled: boolean, listener?: (change: MediaSummary) => void): void {
  useEffect(() => {
    if (!enabled) return;
    if (listener) listeners.add(listener);
    subscribers++;
    openStream();
    return () => {
      if (listener) listeners.delete(listener);
      if (--subscribers === 0) closeStream();
    };
  }, [enabled, listener]);
}

export type MediaState = Pick<Card, 'state' | 'playable'> & { progress: EncodeProgress | null };

/** The state of a card with the latest change applied. Pure. */
export function withChange(
  card: Pick<Card, 'state' | 'playable'>,
  change: Pick<MediaSummary, 'state' | 'playable' | 'progress'> | undefined,
): MediaState {
  if (!change || card.state === 'ready') return { state: card.state, playable: card.playable, progress: null };
  return { state: change.state, playable: card.playable || change.playable, progress: change.progress };
}

export function useMediaState(card: Pick<Card, 'state' | 'playable' | 'media'>): MediaState {
  const { media } = card;
  const isPending = media !== null && card.state !== 'ready';
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!isPending) return;
    const watcher = (change: MediaSummary) => {
      if (change.id === media) redraw((n) => n + 1);
    };
    listeners.add(watcher);
    return () => void listeners.delete(watcher);
  }, [media, isPending]);
  return withChange(card, isPending ? changes.get(media) : undefined);
}
