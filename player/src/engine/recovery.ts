/**
 * What is done about a failure: it is waited out, as `patience.ts` says, or becomes the engine's error. Two sorts: what
 * fails while a title opens is tried again as a whole; what fails while it plays is asked for again by the backend.
 */
import type { OTNetEngine } from './engine';
import type { Fault } from './faults';
import { patience, waiting } from './retry-policy';
import { faultOf, problemOf } from './problem';
import type { Signal } from './states';

export class Recovery {
  /** The connection is gone; the buffer may still last. */
  cut = false;
  /** Failures since pictures last advanced. */
  #round = 0;
  #busy = false;
  /** What the backend met before it was done with opening: a licence that was refused, a first part that failed. */
  #early: Fault | null = null;

  constructor(private engine: OTNetEngine) {}

  /** Forgets what was: another title, or another attempt. */
  reset(): void {
    this.cut = this.#busy = false;
    this.#round = 0;
  }

  /** Pictures advance. */
  advances(): void {
    if (!this.#busy) this.#round = 0;
  }

  /** Runs `work`, again and again while patience says so; null when it was called off. */
  async opening<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | null> {
    for (let round = 0; ; round++) {
      this.#early = null;
      try {
        return await work();
      } catch (error) {
        if (signal.aborted) return null;
        const fault = faultOf(error);
        const verdict = fault ? patience(fault, round, navigator.onLine) : 'give up';
        if (verdict === 'give up') throw error;
        if (verdict === 'online') this.offline();
        if (!(await waiting(verdict, signal))) return null;
        this.#online('load');
      }
    }
  }

  /** The title is open. */
  opened(signal: AbortSignal): void {
    if (this.#early) void this.playing(this.#early, signal);
  }

  /** The backend could not go on. While the title opens that may be why opening fails: it is told then. */
  async playing(fault: Fault, signal: AbortSignal): Promise<void> {
    const { engine } = this;
    if (engine.state === 'loading') {
      this.#early = fault;
      return;
    }
    if (signal.aborted || this.#busy || engine.state === 'failed') return;
    const verdict = patience(fault, this.#round++, navigator.onLine);
    if (verdict === 'give up') return engine.fail(fault);
    engine.meter?.failed(fault.code, fault.category, false);
    this.#busy = true;
    if (verdict === 'online') {
      this.cut = true;
      if (engine.video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) this.offline();
    }
    const whole = await waiting(verdict, signal);
    this.#busy = false;
    if (!whole) return;
    this.#online(engine.paused ? 'pause' : 'wait');
    engine.backend?.again();
  }

  /** The buffer is empty and the connection gone. */
  offline(): void {
    const { engine } = this;
    engine.error = problemOf({ code: 'offline', detail: '' }, false, engine.say);
    engine.signal('offline');
    engine.emit('error');
  }

  #online(signal: Signal): void {
    const { engine } = this;
    this.cut = false;
    if (engine.error?.fatal === false) engine.error = null;
    if (engine.state === 'offline') engine.signal(signal);
  }
}
