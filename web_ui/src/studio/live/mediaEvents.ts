/** Media changes as server-sent events: one stream for the whole studio. */
import { EventStream } from '../../../shared/eventStream';
import type { Row } from '../api/schema';

export interface Listener {
  onOpen?(): void;
  onMedia?(media: Row): void;
  onRemoved?(id: string): void;
}
const listeners = new Set<Listener>();

const stream = new EventStream('/api/v1/dashboard/media/events', {
  onOpen: () => listeners.forEach((l) => l.onOpen?.()),
  on: {
    media: (media) => listeners.forEach((l) => l.onMedia?.(media as Row)),
    removed: (media) => listeners.forEach((l) => l.onRemoved?.((media as { id: string }).id)),
  },
});

/** Returns the function that unsubscribes. */
export function subscribeToMedia(listener: Listener): () => void {
  listeners.add(listener);
  const unsubscribe = stream.subscribe();
  return () => {
    listeners.delete(listener);
    unsubscribe();
  };
}
