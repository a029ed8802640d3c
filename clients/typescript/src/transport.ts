/**
 * Sends requests, and repeats them after temporary failures.
 *
 * A request is repeated after a lost connection or a temporary error only if that can't do something twice: GET, HEAD and
 * PUT, and POST with an Idempotency-Key. After 429 every request is repeated, because the server has refused it unread.
 */
import { ConnectionError, errorOf, OTNetError, RequestTimeoutError, retryAfterOf } from './errors.js';
import { VERSION } from './version.js';

const SAFE_METHODS = ['GET', 'HEAD', 'PUT'];
const TEMPORARY_STATUSES = [408, 425, 429, 502, 503, 504];
const MAX_RETRY_AFTER_S = 60;
const MAX_BACKOFF_S = 8;
const NODE_VERSION = globalThis.process?.versions?.node;
const USER_AGENT = `otnet-client/${VERSION}${NODE_VERSION ? ` node/${NODE_VERSION}` : ''}`;
const BASE = '/api/v1/partner/';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;
export type Query = Record<string, unknown>;

export interface RequestOptions {
  /** Aborts the request, also while it waits for another attempt. */
  signal?: AbortSignal;
  /** The time for each attempt; the default is that of the client. */
  timeoutMs?: number;
}

export interface RequestContent {
  query?: Query;
  /** A JSON body. */
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
}

export interface TransportOptions {
  timeoutMs: number;
  maxRetries: number;
  fetch: Fetch;
  sleep: Sleep;
}

export class Transport {
  readonly url: string;
  readonly fetch: Fetch;
  readonly sleep: Sleep;
  serverVersion: string | null = null;
  readonly #key: string;
  readonly #timeoutMs: number;
  readonly #maxRetries: number;

  constructor(url: string, key: string, options: TransportOptions) {
    this.url = baseUrlOf(url);
    if (!/^[\x21-\x7e]+$/.test(key)) {
      throw new OTNetError('The API key must be like otk_…; set it as an argument or in the variable OTNET_KEY.');
    }
    this.#key = key;
    this.fetch = options.fetch;
    this.sleep = options.sleep;
    this.#timeoutMs = options.timeoutMs;
    this.#maxRetries = options.maxRetries;
  }

  /** The response to a request below the partner surface. Throws ApiError and ConnectionError. */
  async request(
    method: string,
    path: readonly string[],
    content: RequestContent = {},
    options: RequestOptions = {},
  ): Promise<Response> {
    const headers: Record<string, string> = {
      Authorization: `Bearer ${this.#key}`,
      Accept: 'application/json',
      'User-Agent': USER_AGENT,
      ...(content.json === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...content.headers,
    };
    new Headers(headers); // throws TypeError for a value that can't be sent, which fetch would report as a lost connection
    const body = content.json === undefined ? content.body : JSON.stringify(content.json);
    const url = this.url + pathOf(path) + queryOf(content.query ?? {});
    const repeatable = SAFE_METHODS.includes(method) || 'Idempotency-Key' in headers;
    for (let attempt = 1; ; attempt += 1) {
      const timeout = AbortSignal.timeout(options.timeoutMs ?? this.#timeoutMs);
      const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
      let response: Response | null = null;
      let failure: unknown;
      try {
        // Redirects are not followed, so that the key is sent to no other server.
        response = await this.fetch(url, { method, headers, body: body ?? null, redirect: 'manual', signal });
      } catch (error) {
        options.signal?.throwIfAborted();
        failure = error;
      }
      if (response?.ok) {
        this.serverVersion = response.headers.get('otnet-version') ?? this.serverVersion;
        return response;
      }
      const delay = delayBeforeRetry(response, attempt, repeatable);
      if (delay === null || attempt > this.#maxRetries) {
        throw response ? await errorOf(response) : connectionError(failure, this.url, timeout.aborted);
      }
      await response?.body?.cancel();
      await this.sleep(delay * 1000, options.signal);
    }
  }

  /** The body of the response, a JSON object. */
  async json(
    method: string,
    path: readonly string[],
    content: RequestContent = {},
    options: RequestOptions = {},
    // biome-ignore lint/suspicious/noExplicitAny: the callers know the types of the API
  ): Promise<any> {
    return jsonOf(await this.request(method, path, content, options));
  }
}

/** The JSON object of a successful response. Throws OTNetError for anything else. */
// biome-ignore lint/suspicious/noExplicitAny: the callers know the types of the API
export async function jsonOf(response: Response): Promise<any> {
  const text = await response.text();
  try {
    const document = JSON.parse(text);
    if (typeof document === 'object' && document !== null) return document;
  } catch {
    // Answered below.
  }
  throw new OTNetError('The response is not a JSON object. Check the URL of the server.');
}

/** The seconds to wait before a request is repeated; null if it is not repeated. */
export function delayBeforeRetry(response: Response | null, attempt: number, repeatable: boolean): number | null {
  const backoff = Math.min(MAX_BACKOFF_S, 0.25 * 2 ** attempt) * (0.5 + Math.random() / 2);
  if (response === null) return repeatable ? backoff : null;
  if (!TEMPORARY_STATUSES.includes(response.status) || !(repeatable || response.status === 429)) return null;
  const retryAfter = retryAfterOf(response.headers.get('retry-after'));
  if (retryAfter === null) return backoff;
  // A little more than the server asks for, so that many clients do not come back at once.
  return retryAfter > MAX_RETRY_AFTER_S ? null : retryAfter + Math.random() / 4;
}

/** Wait; throws the reason when the signal is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** A URL that may be relative to the server: OTNet names no host unless it is configured with its public URL. */
export function absolute(baseUrl: string, url: string): string {
  return url.startsWith('/') ? baseUrl + url : url;
}

function baseUrlOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol) || parsed.search || parsed.hash) {
    throw new OTNetError(`The URL of the server must be like https://studio.example.org, not “${url.slice(0, 200)}”.`);
  }
  return url.replace(/\/+$/, '');
}

function pathOf(parts: readonly string[]): string {
  for (const part of parts) {
    // A server or proxy would resolve dot segments, also encoded ones.
    if (typeof part !== 'string' || ['', '.', '..'].includes(part)) {
      throw new OTNetError('An id must be a string that is not empty, and not a dot segment.');
    }
  }
  return BASE + parts.map(encodeURIComponent).join('/');
}

/** Parameters of a query; undefined and null are left out. */
function queryOf(values: Query): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null) query.set(name, textOf(value));
  }
  return query.size ? `?${query}` : '';
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) {
    const texts = value.map(textOf);
    if (texts.some((text) => text.includes(','))) {
      throw new OTNetError('A value of a filter must not contain a comma: the API separates values by commas.');
    }
    return texts.join(',');
  }
  return value instanceof Date ? value.toISOString() : String(value);
}

function connectionError(failure: unknown, url: string, timedOut: boolean): ConnectionError {
  if (timedOut) return new RequestTimeoutError(`${url} did not respond in time.`, { cause: failure });
  const cause = failure instanceof Error && failure.cause instanceof Error ? failure.cause : failure;
  return new ConnectionError(`The connection to ${url} failed: ${cause}.`, { cause: failure });
}
