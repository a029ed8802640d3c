/**
 * What is done about a failure: it is waited out, as `patience.ts` says, or becomes the engine's error. Two sorts: what
 * fails while a title opens is tried again as a whole; what fails while it plays is asked for again by the backend.
 */
import type { OTNetEngine } from './engine';
import type { Fault } from './faults';
import { retryPolicy, waitForRetry } from './retry-policy';
import { faultOf, problemOf } from './problem';
import type { StateEvent } from './states';

export class Recovery {
  /** The connection is gone; the buffer may still last. */
  connectionLost = false;
  /** Failures since pictures last advanced. */
  #failures = 0;
  #retrying = false;
  /** What the backend met before it was done with opening: a licence that was refused, a first part that failed. */
  #faultWhileOpening: Fault | null = null;

  #engine: OTNetEngine;
  constructor(engine: OTNetEngine) {
    this.#engine = engine;
  }

  /** Forgets what was: another title, or another attempt. */
  reset(): void {
    this.connectionLost = this.#retrying = false;
    this.#failures = 0;
  }

  /** Pictures advance. */
  onTimeAdvanced(): void {
    if (!this.#retrying) this.#failures = 0;
  }

  /** Runs `work`, again and again while patience says so; null when it was called off. */
  async retryOpening<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | null> {
    for (let round = 0; ; round++) {
      this.#faultWhileOpening = null;
      try {
        return await work();
      } catch (error) {
        if (signal.aborted) return null;
        const fault = faultOf(error);
        const decision = fault ? retryPolicy(fault, round, navigator.onLine) : 'give up';
        if (decision === 'give up') throw error;
        if (decision === 'online') this.showOffline();
        if (!(await waitForRetry(decision, signal))) return null;
        this.#clearOffline('load');
      }
    }
  }

  /** The title is open. */
  onOpened(signal: AbortSignal): void {
    if (this.#faultWhileOpening) void this.handleFault(this.#faultWhileOpening, signal);
  }

  /** The backend could not go on. While the title opens that may be why opening fails: it is told then. */
  async handleFault(fault: Fault, signal: AbortSignal): Promise<void> {
    const engine = this.#engine;
    if (engine.state === 'loading') {
      this.#faultWhileOpening = fault;
      return;
    }
    if (signal.aborted || this.#retrying || engine.state === 'failed') return;
    const decision = retryPolicy(fault, this.#failures++, navigator.onLine);
    if (decision === 'give up') return engine.fail(fault);
    engine.meter?.onError(fault.code, fault.category, false);
    this.#retrying = true;
    if (decision === 'online') {
      this.connectionLost = true;
      if (engine.video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) this.showOffline();
    }
    const elapsed = await waitForRetry(decision, signal);
    this.#retrying = false;
    if (!elapsed) return;
    this.#clearOffline(engine.paused ? 'pause' : 'waiting');
    engine.backend?.retryStreaming();
  }

  /** The buffer is empty and the connection gone. */
  showOffline(): void {
    const engine = this.#engine;
    engine.error = problemOf({ code: 'offline', detail: '' }, false, engine.translate);
    engine.transition('offline');
    engine.emit('error');
  }

  #clearOffline(signal: StateEvent): void {
    const engine = this.#engine;
    this.connectionLost = false;
    if (engine.error?.fatal === false) engine.error = null;
    if (engine.state === 'offline') engine.transition(signal);
  }
}
