/**
 * Steers an embedded player from the page around it.
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
type Waiting = { done(value: unknown): void; fail(error: Error): void };

export class OTNetEmbed {
  /** Fulfilled when the player has said that it is there. */
  readonly ready: Promise<Events['ready']>;
  #calls = new Map<EventName, Set<(event: never) => void>>();
  #waiting = new Map<number, Waiting>();
  #last = 0;
  #origin: string;
  #heard: (event: MessageEvent) => void;

  constructor(readonly iframe: HTMLIFrameElement) {
    this.#origin = new URL(iframe.src, document.baseURI).origin;
    this.#heard = (event) => this.#receive(event);
    addEventListener('message', this.#heard);
    this.ready = new Promise((resolve) => this.on('ready', resolve));
    // A player that was there first says so again.
    iframe.contentWindow?.postMessage({ otnet: VERSION, command: 'getState', id: 'hello' }, this.#origin);
  }

  play = (): Promise<void> => this.#ask('play', undefined);
  pause = (): Promise<void> => this.#ask('pause', undefined);
  seek = (seconds: number): Promise<void> => this.#ask('seek', seconds);
  setVolume = (volume: number): Promise<void> => this.#ask('setVolume', volume);
  setMuted = (muted: boolean): Promise<void> => this.#ask('setMuted', muted);
  setSpeed = (speed: number): Promise<void> => this.#ask('setSpeed', speed);
  setCaptions = (language: string | null): Promise<void> => this.#ask('setCaptions', language);
  setQuality = (height: number | 'auto'): Promise<void> => this.#ask('setQuality', height);
  next = (): Promise<void> => this.#ask('next', undefined);
  getState = (): Promise<EmbedState> => this.#ask('getState', undefined);

  /** Hears an event; call what is returned to hear it no more. */
  on<E extends EventName>(event: E, call: (event: Events[E]) => void): () => void {
    const calls = this.#calls.get(event) ?? new Set();
    this.#calls.set(event, calls);
    calls.add(call as (event: never) => void);
    return () => void calls.delete(call as (event: never) => void);
  }

  destroy(): void {
    removeEventListener('message', this.#heard);
    this.#calls.clear();
    for (const { fail } of this.#waiting.values()) fail(new Error('The player was let go.'));
    this.#waiting.clear();
  }

  async #ask<C extends Command, R>(command: C, value: Commands[C]): Promise<R> {
    await this.ready;
    const id = ++this.#last;
    return new Promise<R>((resolve, reject) => {
      this.#waiting.set(id, { done: resolve as Waiting['done'], fail: reject });
      this.iframe.contentWindow?.postMessage({ otnet: VERSION, command, value, id }, this.#origin);
    });
  }

  #receive({ source, origin, data }: MessageEvent): void {
    if (source !== this.iframe.contentWindow || origin !== this.#origin) return;
    const message = readEvent(data);
    if (!message) return;
    if (message.event === 'result') {
      const waiting = this.#waiting.get(message.id as number);
      this.#waiting.delete(message.id as number);
      if (typeof message.error === 'string') waiting?.fail(new Error(message.error));
      else waiting?.done(message.value);
      return;
    }
    for (const call of [...(this.#calls.get(message.event as EventName) ?? [])]) call(message as never);
  }
}
