/**
 * The playback session of a title that not everybody may have. Its URLs have a prefix that is valid while the player
 * sends heartbeats. When the server refuses it, such as after the computer has slept, the configuration is read again,
 * which starts another one. The session of a protected title is bound to this device where the browser can prove it.
 * Loaded only for such titles.
 */
import type { PlayerConfig } from '../config/config';
import type { AuthorizedRequest } from './backend';
import type { Fault } from './faults';
import { faultOf } from './problem';
import { issuedAt, proofOf } from './proofs';
import { explainProtection } from './protection-problems';
import { readConfig } from './read-config';

type SessionTarget = NonNullable<PlayerConfig['session']>;

/** What a server answers to the URLs of a session that has ended: 401, 403 or 404. */
const REFUSED = ['sign_in', 'refused', 'not_found', 'part_missing'];
/** Why a licence is refused in a session that another one can replace. */
const STALE = /token_expired|token_invalid|session_ended|proof_(missing|invalid|of_another_device|replayed)/;
/** Faults this soon after a restart are of requests that were sent before it. */
const LATE_FAULT_MS = 1000;
/** Faults at intervals of less than this belong to one failure. */
const FAILURE_INTERVAL_MS = 10_000;
const MAX_ATTEMPTS = 5;
/** Licences do not wait longer than this for the first heartbeat. */
const BIND_MS = 10_000;

export class PlaybackSession {
  /** The current URL of an object of the title: a new session has another prefix. */
  currentUrl = (url: string): string => url;
  #target: SessionTarget;
  #timer: ReturnType<typeof setInterval> | undefined;
  #attempts = 0;
  #restartedAt = -Infinity;

  /** The playback token of a protected title, which heartbeats and restarts replace. */
  #token: string | undefined;
  /** The clock of the server minus that of this device, in milliseconds. */
  #clockOffset = 0;
  /** False after the server has refused the first proof: the session stays unbound. */
  #proves = true;
  /** The first heartbeat of a protected title, which binds the session to this device. */
  #bound: Promise<unknown> = Promise.resolve();

  #config: PlayerConfig;
  #headers: (url: string) => Record<string, string>;
  #language: string | undefined;
  constructor(config: PlayerConfig, headers: (url: string) => Record<string, string>, language?: string) {
    this.#config = config;
    this.#headers = headers;
    this.#language = language ?? config.language;
    this.#target = config.session!;
    this.#token = config.drm?.token ?? undefined;
    // The configuration may be minutes old, so the clock of the server is at least at the time of its token.
    this.#clockOffset = Math.max(0, this.#offsetOf(this.#token));
    this.#start(this.#target);
  }

  #start(target: SessionTarget): void {
    addEventListener('pagehide', this.end);
    this.#target = target;
    this.#proves = true;
    if (this.#token) {
      const timeout = new Promise((resolve) => setTimeout(resolve, BIND_MS));
      this.#bound = Promise.race([this.#renew(target), timeout]);
    }
    this.#timer = setInterval(() => void this.#renew(target), (target.renew_after_s ?? 60) * 1000);
  }

  async #renew(target: SessionTarget): Promise<void> {
    let response = await this.#heartbeat(target);
    if (response?.status === 401 && this.#token && this.#proves) {
      // The proof was made at the wrong time if the clock of this device is wrong.
      const date = Date.parse(response.headers.get('date') ?? '');
      if (date) this.#clockOffset = date - Date.now();
      response = await this.#heartbeat(target);
    }
    const body = (await response?.json().catch(() => null)) as { token?: string; code?: string } | null | undefined;
    if (target !== this.#target) return;
    if (body?.code === 'proof_invalid') this.#proves = false;
    if (response?.ok && body?.token) {
      this.#token = body.token;
      this.#clockOffset = this.#offsetOf(body.token);
    }
  }

  async #heartbeat({ url }: SessionTarget): Promise<Response | null> {
    const address = `${url}/heartbeat`;
    const proof = this.#token && (await this.#proof('POST', address));
    return this.#send('POST', address, proof ? { DPoP: proof } : {});
  }

  async #proof(method: string, url: string, token?: string): Promise<string | null> {
    return this.#proves ? proofOf(method, url, Date.now() + this.#clockOffset, token) : null;
  }

  /** The clock offset, from a token that has just arrived. */
  #offsetOf(token: string | undefined): number {
    const issued = token ? issuedAt(token) : null;
    return issued === null ? 0 : issued - Date.now();
  }

  /** Adds the playback token, and a proof of possession, to a request for a licence, key or certificate. */
  async authorize({ uris, method, headers }: AuthorizedRequest): Promise<void> {
    await this.#bound;
    const token = this.#token;
    if (!token) return;
    const proof = await this.#proof(method, uris[0] ?? '', token);
    headers.Authorization = `${proof ? 'DPoP' : 'Bearer'} ${token}`;
    if (proof) headers.DPoP = proof;
  }

  /** Ends the session on the server. */
  end = (): void => {
    clearInterval(this.#timer);
    removeEventListener('pagehide', this.end);
    void this.#send('DELETE', this.#target.url);
  };

  /**
   * Starts another session if the server refused this one with this fault: null, or the fault that remains, such as the
   * reason why the server starts no other one.
   */
  async restart(fault: Fault, signal: AbortSignal): Promise<Fault | null> {
    const elapsed = performance.now() - this.#restartedAt;
    if (elapsed > FAILURE_INTERVAL_MS) this.#attempts = 0;
    const isReplaceable = REFUSED.includes(fault.code) || STALE.test(fault.detail);
    if (!isReplaceable || ++this.#attempts > MAX_ATTEMPTS) {
      return explainProtection(fault, this.#language, !!this.#config.drm?.robustness);
    }
    if (elapsed < LATE_FAULT_MS) return null;
    try {
      const { config } = await readConfig(this.#target.configuration, this.#config.language, this.#headers, signal);
      // The old session may be alive: the fault can be of a request that was sent in the one before it.
      this.end();
      this.#token = config.drm?.token ?? undefined;
      this.#clockOffset = this.#offsetOf(this.#token);
      if (config.session) this.#start(config.session);
      if (signal.aborted) this.end();
      this.#restartedAt = performance.now();
      this.currentUrl = urlMapper(manifestOf(this.#config), manifestOf(config));
      return null;
    } catch (error) {
      return faultOf(error) ?? fault;
    }
  }

  #send(method: string, url: string, headers: Record<string, string> = {}): Promise<Response | null> {
    const all = { ...this.#headers(url), ...headers };
    // A lost heartbeat does not matter: a session lives for several of them.
    return fetch(url, { method, keepalive: true, headers: all }).catch(() => null);
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
