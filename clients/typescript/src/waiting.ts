import { WaitTimeoutError } from './errors.js';
import type { Sleep } from './transport.js';

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 5000;

export interface WaitOptions {
  /** How long to wait for the state. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** Pauses between polls: 0.25 seconds, then longer ones, up to 5 seconds. */
export class Wait {
  #pauseMs = FIRST_PAUSE_MS;
  readonly #end: number;
  readonly #timeoutMs: number;
  readonly #sleep: Sleep;
  readonly #signal: AbortSignal | undefined;

  constructor(timeoutMs: number, sleep: Sleep, signal?: AbortSignal) {
    this.#end = performance.now() + timeoutMs;
    this.#timeoutMs = timeoutMs;
    this.#sleep = sleep;
    this.#signal = signal;
  }

  /** Throws WaitTimeoutError with `what` when the time is over. */
  async pause(what: string): Promise<void> {
    const left = this.#end - performance.now();
    if (left <= 0) throw new WaitTimeoutError(`${what} within ${this.#timeoutMs / 1000} seconds.`);
    await this.#sleep(Math.min(this.#pauseMs, left), this.#signal);
    this.#pauseMs = Math.min(this.#pauseMs * 1.5, MAX_PAUSE_MS);
  }
}
