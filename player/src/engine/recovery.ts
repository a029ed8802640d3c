/**
 * Handles failures: retries them as `retry-policy.ts` decides, or passes them to the engine as fatal. A failure while
 * a title opens repeats the whole opening; one during playback makes the backend retry its requests.
 */
import type { PlayerConfig } from '../config/config';
import type { AuthorizedRequest } from './backend';
import type { OTNetEngine } from './engine';
import type { Fault } from './faults';
import type { PlaybackSession } from './playback-session';
import { retryPolicy, waitForRetry } from './retry-policy';
import { faultOf, problemOf } from './problem';
import type { StateEvent } from './states';

export class Recovery {
  /** The connection is lost; playback continues from the buffer. */
  connectionLost = false;
  /** Failures since frames last advanced. */
  #failures = 0;
  #retrying = false;
  /** A fault the backend reported before opening had finished, such as a refused licence. */
  #faultWhileOpening: Fault | null = null;

  #session: Promise<PlaybackSession | null> | null = null;

  #engine: OTNetEngine;
  constructor(engine: OTNetEngine) {
    this.#engine = engine;
  }

  /** For another title or another attempt. */
  reset(): void {
    this.connectionLost = this.#retrying = false;
    this.#failures = 0;
  }

  /** The title opens. The code of playback sessions is loaded if it has one. */
  openSession(config: PlayerConfig, headers: (url: string) => Record<string, string>, language?: string): void {
    if (!config.session) return;
    this.#session ??= import('./playback-session').then(
      ({ PlaybackSession: Session }) => new Session(config, headers, language),
      () => null,
    );
  }

  endSession(): void {
    void this.#session?.then((session) => session?.end());
    this.#session = null;
  }

  /** What changes with the playback session: the URL of an object, and what authorizes requests for licences. */
  readonly access = {
    currentUrl: async (url: string): Promise<string> => (await this.#session)?.currentUrl(url) ?? url,
    authorize: async (request: AuthorizedRequest, { drm }: PlayerConfig): Promise<void> => {
      const session = await this.#session;
      if (session) await session.authorize(request);
      else if (drm?.token) request.headers.Authorization = `Bearer ${drm.token}`;
    },
  };

  /** Null if another session has replaced one that the server refused with this fault, otherwise what remains. */
  async #restartSession(fault: Fault, signal: AbortSignal): Promise<Fault | null> {
    const session = await this.#session;
    return session ? session.restart(fault, signal) : fault;
  }

  onTimeAdvanced(): void {
    if (!this.#retrying) this.#failures = 0;
  }

  /** Runs `work` until it succeeds, as the retry policy allows. Resolves with null if aborted. */
  async retryOpening<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | null> {
    for (let round = 0; ; round++) {
      this.#faultWhileOpening = null;
      try {
        return await work();
      } catch (error) {
        if (signal.aborted) return null;
        const fault = faultOf(error);
        const decision = fault ? retryPolicy(fault, round, navigator.onLine) : 'give up';
        if (decision === 'give up') {
          const remaining = fault ? await this.#restartSession(fault, signal) : error;
          if (remaining) throw remaining;
        } else {
          if (decision === 'online') this.showOffline();
          if (!(await waitForRetry(decision, signal))) return null;
          this.#clearOffline('load');
        }
      }
    }
  }

  /** Opening has finished. */
  onOpened(signal: AbortSignal): void {
    if (this.#faultWhileOpening) void this.handleFault(this.#faultWhileOpening, signal);
  }

  /** A fault of the backend. While a title opens it is kept: opening may fail because of it. */
  async handleFault(fault: Fault, signal: AbortSignal): Promise<void> {
    const engine = this.#engine;
    if (engine.state === 'loading') {
      this.#faultWhileOpening = fault;
      return;
    }
    if (signal.aborted || this.#retrying || engine.state === 'failed') return;
    const decision = retryPolicy(fault, this.#failures++, navigator.onLine);
    this.#retrying = true;
    if (decision === 'give up') {
      const remaining = await this.#restartSession(fault, signal);
      this.#retrying = false;
      if (signal.aborted) return;
      if (remaining) return remaining.retryable ? this.handleFault(remaining, signal) : engine.fail(remaining);
    } else {
      engine.meter?.onError(fault.code, fault.category, false);
      if (decision === 'online') {
        this.connectionLost = true;
        if (engine.video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) this.showOffline();
      }
      const elapsed = await waitForRetry(decision, signal);
      this.#retrying = false;
      if (!elapsed) return;
      this.#clearOffline(engine.paused ? 'pause' : 'waiting');
    }
    engine.backend?.retryStreaming();
  }

  /** The buffer is empty and the connection is lost. */
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
