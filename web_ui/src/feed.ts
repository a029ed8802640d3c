/**
 * Changes as the server sends them (server-sent events).
 *
 * The stream holds changes only, so whoever listens reads the whole state each time it opens: `onOpen` is called at
 * the first opening and after every break. A browser allows six connections to one HTTP/1.1 server, all tabs
 * together, and the player needs them; a hidden page therefore lets its stream go and takes it up when it is seen.
 */
import { EVENTS, type Media } from './api';

export interface Listener {
  onOpen(): void;
  onMedia(media: Media): void;
  onRemoved(id: string): void;
  /** The stream broke; another try follows by itself. */
  onBroken?(): void;
}

const HIDDEN_GRACE_MS = 15_000;
const RETRY_MS = [1000, 2000, 5000, 10_000, 30_000];

/** Returns the function that stops it. */
export function follow(listener: Listener): () => void {
  let source: EventSource | null = null;
  let timer = 0;
  let tries = 0;
  let stopped = false;

  function open(): void {
    if (source || stopped) return;
    source = new EventSource(EVENTS);
    source.addEventListener('open', () => {
      tries = 0;
      listener.onOpen();
    });
    source.addEventListener('media', (event) => listener.onMedia(JSON.parse(event.data) as Media));
    source.addEventListener('removed', (event) => listener.onRemoved((JSON.parse(event.data) as { id: string }).id));
    source.addEventListener('error', () => {
      listener.onBroken?.();
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

  document.addEventListener('visibilitychange', onVisibility);
  open();
  return () => {
    stopped = true;
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}
