/**
 * Controls an embedded player from the embedding page.
 *
 *     const player = new OTNetEmbed(document.querySelector('iframe'));
 *     player.on('ended', () => …);
 *     await player.play();
 */
import {
  type Command,
  type Commands,
  type EmbedState,
  type EventName,
  type Events,
  readEvent,
  VERSION,
} from './messages';

export type { Command, Commands, EmbedState, EventName, Events } from './messages';
type PendingCall = { resolve(value: unknown): void; reject(error: Error): void };

export class OTNetEmbed {
  /** Resolves when the embedded player has announced itself. */
  readonly ready: Promise<Events['ready']>;
  #listeners = new Map<EventName, Set<(event: never) => void>>();
  #pending = new Map<number, PendingCall>();
  #lastId = 0;
  #origin: string;
  #onMessage: (event: MessageEvent) => void;

  constructor(readonly iframe: HTMLIFrameElement) {
    this.#origin = new URL(iframe.src, document.baseURI).origin;
    this.#onMessage = (event) => this.#receive(event);
    addEventListener('message', this.#onMessage);
    this.ready = new Promise((resolve) => this.on('ready', resolve));
    // If the player was ready before this script, it answers this message by announcing itself again.
    iframe.contentWindow?.postMessage({ otnet: VERSION, command: 'getState', id: 'hello' }, this.#origin);
  }

  play = (): Promise<void> => this.#sendCommand('play', undefined);
  pause = (): Promise<void> => this.#sendCommand('pause', undefined);
  seek = (seconds: number): Promise<void> => this.#sendCommand('seek', seconds);
  setVolume = (volume: number): Promise<void> => this.#sendCommand('setVolume', volume);
  setMuted = (muted: boolean): Promise<void> => this.#sendCommand('setMuted', muted);
  setSpeed = (speed: number): Promise<void> => this.#sendCommand('setSpeed', speed);
  setCaptions = (language: string | null): Promise<void> => this.#sendCommand('setCaptions', language);
  setQuality = (height: number | 'auto'): Promise<void> => this.#sendCommand('setQuality', height);
  next = (): Promise<void> => this.#sendCommand('next', undefined);
  getState = (): Promise<EmbedState> => this.#sendCommand('getState', undefined);

  /** Adds an event listener. Returns the function that removes it. */
  on<E extends EventName>(event: E, listener: (event: Events[E]) => void): () => void {
    const calls = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, calls);
    calls.add(listener as (event: never) => void);
    return () => void calls.delete(listener as (event: never) => void);
  }

  destroy(): void {
    removeEventListener('message', this.#onMessage);
    this.#listeners.clear();
    for (const { reject } of this.#pending.values()) reject(new Error('The player was destroyed.'));
    this.#pending.clear();
  }

  async #sendCommand<C extends Command, R>(command: C, value: Commands[C]): Promise<R> {
    await this.ready;
    const id = ++this.#lastId;
    return new Promise<R>((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as PendingCall['resolve'], reject });
      this.iframe.contentWindow?.postMessage({ otnet: VERSION, command, value, id }, this.#origin);
    });
  }

  #receive({ source, origin, data }: MessageEvent): void {
    if (source !== this.iframe.contentWindow || origin !== this.#origin) return;
    const message = readEvent(data);
    if (!message) return;
    if (message.event === 'result') {
      const waiting = this.#pending.get(message.id as number);
      this.#pending.delete(message.id as number);
      if (typeof message.error === 'string') waiting?.reject(new Error(message.error));
      else waiting?.resolve(message.value);
      return;
    }
    for (const call of [...(this.#listeners.get(message.event as EventName) ?? [])]) call(message as never);
  }
}
