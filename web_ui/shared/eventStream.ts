/**
 * A stream of server-sent events, shared by its subscribers.
 *
 * Browsers allow six connections per HTTP/1.1 server across all tabs: the stream is open only while it has subscribers
 * and the page is visible.
 */
const HIDDEN_GRACE_MS = 15_000;
const RETRY_MS = [1000, 2000, 5000, 10_000, 30_000];

export interface EventHandlers {
  /** The stream was opened, also after an interruption. It has no history: fetch the current state. */
  onOpen(): void;
  /** The data of an event, parsed as JSON, by the name of the event. */
  on: Record<string, (data: unknown) => void>;
}

export class EventStream {
  #url: string;
  #handlers: EventHandlers;
  #source: EventSource | null = null;
  #subscribers = 0;
  #failedAttempts = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, handlers: EventHandlers) {
    this.#url = url;
    this.#handlers = handlers;
  }

  /** Keeps the stream open until the returned function is called. */
  subscribe(): () => void {
    if (this.#subscribers++ === 0) document.addEventListener('visibilitychange', this.#onVisibility);
    this.#open();
    return () => {
      if (--this.#subscribers > 0) return;
      document.removeEventListener('visibilitychange', this.#onVisibility);
      this.#close();
    };
  }

  #open(): void {
    clearTimeout(this.#timer);
    if (this.#source || this.#subscribers === 0 || document.hidden) return;
    const source = new EventSource(this.#url);
    this.#source = source;
    source.addEventListener('open', () => {
      this.#failedAttempts = 0;
      this.#handlers.onOpen();
    });
    for (const [name, handle] of Object.entries(this.#handlers.on)) {
      source.addEventListener(name, (event) => handle(JSON.parse((event as MessageEvent<string>).data)));
    }
    source.addEventListener('error', () => {
      // EventSource reconnects after a lost connection but not after an HTTP error.
      if (source.readyState !== EventSource.CLOSED) return;
      this.#close();
      const delay = RETRY_MS[Math.min(this.#failedAttempts++, RETRY_MS.length - 1)];
      this.#timer = setTimeout(() => this.#open(), delay);
    });
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #onVisibility = (): void => {
    clearTimeout(this.#timer);
    if (document.hidden) this.#timer = setTimeout(() => this.#close(), HIDDEN_GRACE_MS);
    else this.#open();
  };
}
