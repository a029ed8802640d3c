/**
 * The playback session of a title that not everybody may have. Its URLs have a prefix that is valid while the player
 * sends heartbeats. When the server refuses it, such as after the computer has slept, the configuration is read again,
 * which starts another one. Loaded only for such titles.
 */
import type { PlayerConfig } from '../config/config';
import type { Fault } from './faults';
import { faultOf } from './problem';
import { readConfig } from './read-config';

type SessionTarget = NonNullable<PlayerConfig['session']>;

/** What a server answers to the URLs of a session that has ended: 401, 403 or 404. */
const REFUSED = ['sign_in', 'refused', 'not_found', 'part_missing'];
/** Faults this soon after a restart are of requests that were sent before it. */
const LATE_FAULT_MS = 1000;
/** Faults at intervals of less than this belong to one failure. */
const FAILURE_INTERVAL_MS = 10_000;
const MAX_ATTEMPTS = 5;

export class PlaybackSession {
  /** The current URL of an object of the title: a new session has another prefix. */
  currentUrl = (url: string): string => url;
  /** The playback token of a protected title, which heartbeats and restarts replace. */
  token: string | null | undefined;

  #target: SessionTarget;
  #timer: ReturnType<typeof setInterval> | undefined;
  #attempts = 0;
  #restartedAt = -Infinity;

  #config: PlayerConfig;
  #headers: (url: string) => Record<string, string>;
  constructor(config: PlayerConfig, headers: (url: string) => Record<string, string>) {
    this.#config = config;
    this.#headers = headers;
    this.#target = config.session!;
    this.token = config.drm?.token;
    this.#start(this.#target);
  }

  #start(target: SessionTarget): void {
    addEventListener('pagehide', this.end);
    this.#target = target;
    this.#timer = setInterval(() => void this.#renew(target), (target.renew_after_s ?? 60) * 1000);
  }

  async #renew(target: SessionTarget): Promise<void> {
    const response = await this.#send('POST', '/heartbeat');
    const renewal = response?.ok ? ((await response.json().catch(() => null)) as { token?: string } | null) : null;
    if (renewal?.token && target === this.#target) this.token = renewal.token;
  }

  /** Ends the session on the server. */
  end = (): void => {
    clearInterval(this.#timer);
    removeEventListener('pagehide', this.end);
    void this.#send('DELETE', '');
  };

  /**
   * Starts another session if the server refused this one with this fault: null, or the fault that remains, such as the
   * reason why the server starts no other one.
   */
  async restart(fault: Fault, signal: AbortSignal): Promise<Fault | null> {
    const elapsed = performance.now() - this.#restartedAt;
    if (elapsed > FAILURE_INTERVAL_MS) this.#attempts = 0;
    if (!REFUSED.includes(fault.code) || ++this.#attempts > MAX_ATTEMPTS) return fault;
    if (elapsed < LATE_FAULT_MS) return null;
    try {
      const { config } = await readConfig(this.#target.configuration, this.#config.language, this.#headers, signal);
      // The old session may be alive: the fault can be of a request that was sent in the one before it.
      this.end();
      if (config.session) this.#start(config.session);
      if (signal.aborted) this.end();
      this.token = config.drm?.token;
      this.#restartedAt = performance.now();
      this.currentUrl = urlMapper(manifestOf(this.#config), manifestOf(config));
      return null;
    } catch (error) {
      return faultOf(error) ?? fault;
    }
  }

  #send(method: string, path: string): Promise<Response | null> {
    const { url } = this.#target;
    // A lost heartbeat does not matter: a session lives for several of them.
    return fetch(url + path, { method, keepalive: true, headers: this.#headers(url) }).catch(() => null);
  }
}

const manifestOf = ({ sources }: PlayerConfig): string => sources.dash ?? sources.hls ?? '';

/**
 * Maps URLs below one manifest to those below another one: replaces the part in which they differ, the prefix of the
 * session. Pure.
 */
export function urlMapper(from: string, to: string): (url: string) => string {
  const oldParts = from.split('/');
  const newParts = to.split('/');
  while (oldParts.length && oldParts.at(-1) === newParts.at(-1)) {
    oldParts.pop();
    newParts.pop();
  }
  const oldPrefix = `${oldParts.join('/')}/`;
  const newPrefix = `${newParts.join('/')}/`;
  return (url) => (url.startsWith(oldPrefix) ? newPrefix + url.slice(oldPrefix.length) : url);
}
