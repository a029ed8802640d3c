/** Encoding progress from the server: the changes since the stream was opened, and the state at that time. */
import { useEffect, useState } from 'preact/hooks';
import type { Card } from '../../../shared/catalogue';
import { EventStream } from '../../../shared/eventStream';
import type { EncodeProgress, MediaPage, MediaSummary } from '../../../shared/viewerApi';
import { get } from '../api/http';

const MEDIA = '/api/v1/media';
const LATEST = `${MEDIA}?limit=50`;

/** Ids that changed while `fetchPendingMedia` was waiting: newer than its response. */
let changedSinceOpen: Set<string> | null = null;
const changes = new Map<string, MediaSummary>();
const listeners = new Set<(change: MediaSummary) => void>();

const stream = new EventStream(`${MEDIA}/events`, {
  onOpen: () => void fetchPendingMedia(),
  on: {
    media(data) {
      const change = data as MediaSummary;
      changedSinceOpen?.add(change.id);
      applyChange(change);
    },
  },
});

async function fetchPendingMedia(): Promise<void> {
  const changedIds: typeof changedSinceOpen = new Set();
  changedSinceOpen = changedIds;
  try {
    const { items } = await get<MediaPage>(LATEST);
    if (changedSinceOpen !== changedIds) return; // Opened once more meanwhile: that answer is the one.
    items.filter(({ id, state }) => !changedIds.has(id) && (state !== 'ready' || changes.has(id))).forEach(applyChange);
  } catch {
    // Later events contain the state.
  } finally {
    if (changedSinceOpen === changedIds) changedSinceOpen = null;
  }
}

function applyChange(change: MediaSummary): void {
  changes.set(change.id, { ...changes.get(change.id), ...change });
  listeners.forEach((watcher) => watcher(change));
}

/** All media that are not ready yet. */
export const pendingMedia = (): MediaSummary[] => [...changes.values()].filter(({ state }) => state !== 'ready');

/** Subscribes while `enabled`; `listener` receives every change. */
export function useMediaEvents(enabled: boolean, listener?: (change: MediaSummary) => void): void {
  useEffect(() => {
    if (!enabled) return;
    if (listener) listeners.add(listener);
    const unsubscribe = stream.subscribe();
    return () => {
      if (listener) listeners.delete(listener);
      unsubscribe();
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
