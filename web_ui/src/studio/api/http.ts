/**
 * HTTP requests to the server. Every exchange is recorded for the API panel.
 *
 * The CSRF token comes with the session document and is set with `setCsrfToken`.
 */
import { problemOf, unreachableProblem } from '../../../shared/problem';
import { translate } from '../i18n';
import { withFormErrors } from './problem';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export interface RecordedRequest {
  method: Method;
  /** Path and query. */
  url: string;
  headers: Record<string, string>;
  /** JSON value, or text. */
  body?: unknown;
}

export interface RecordedResponse {
  status: number;
  headers: Record<string, string>;
  body: unknown;
  ms: number;
  at: number;
}

export interface Exchange {
  request: RecordedRequest;
  response: RecordedResponse;
}

const MAX_EXCHANGES = 80;
let currentToken: string | null = null;
const exchanges = new Map<string, Exchange>();
const listeners = new Set<() => void>();
let signedOut: () => void = () => undefined;

export function setCsrfToken(csrf: string | null): void {
  currentToken = csrf;
}
export const csrfToken = (): string | null => currentToken;
/** Sets the callback for responses with status 401. */
export function onSignedOut(call: () => void): void {
  signedOut = call;
}

export const exchangeKey = (method: string, url: string): string => `${method} ${url}`;
export const exchangeOf = (method: string, url: string): Exchange | undefined =>
  exchanges.get(exchangeKey(method, url));

export function onExchange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function recordExchange(exchange: Exchange): void {
  const key = exchangeKey(exchange.request.method, exchange.request.url);
  exchanges.delete(key);
  exchanges.set(key, exchange);
  const oldest = exchanges.size > MAX_EXCHANGES ? exchanges.keys().next().value : undefined;
  if (oldest) exchanges.delete(oldest);
  listeners.forEach((listener) => listener());
}

/** Sorted by name. */
export function headersRecord(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers.entries()].sort(([a], [b]) => a.localeCompare(b)));
}

export async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!text) return null;
  if (!(response.headers.get('content-type') ?? '').includes('json')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export interface ApiResponse<T> {
  body: T;
  etag: string | null;
  status: number;
}

export interface Options {
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

export async function request<T>(
  method: Method,
  url: string,
  body?: unknown,
  options: Options = {},
): Promise<ApiResponse<T>> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  const raw = body instanceof Blob;
  if (body !== undefined) headers['Content-Type'] = raw ? body.type : 'application/json';
  if (method !== 'GET' && currentToken) headers['X-CSRF-Token'] = currentToken;
  Object.assign(headers, options.headers);
  const started = performance.now();
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers,
      credentials: 'same-origin',
      signal: options.signal ?? null,
      body: body === undefined ? null : raw ? body : JSON.stringify(body),
    });
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw unreachableProblem(navigator.onLine, {
      title: `${translate('fault.network')}. ${translate('fault.network_remedy')}`,
      detail: (error as Error).message,
    });
  }
  const responseBody = await readBody(response.clone());
  recordExchange({
    request: {
      method,
      url,
      headers,
      ...(body === undefined ? {} : { body: raw ? `<${body.type}, ${body.size} bytes>` : body }),
    },
    response: {
      status: response.status,
      headers: headersRecord(response.headers),
      body: responseBody,
      ms: performance.now() - started,
      at: Date.now(),
    },
  });
  if (response.ok) return { body: responseBody as T, etag: response.headers.get('etag'), status: response.status };
  const problem = withFormErrors(
    await problemOf(response, { title: response.statusText || `HTTP ${response.status}` }),
  );
  if (problem.status === 401 && !url.startsWith('/api/v1/auth/')) signedOut();
  throw problem;
}

export const get = async <T>(url: string, options?: Options): Promise<T> =>
  (await request<T>('GET', url, undefined, options)).body;
export const post = async <T>(url: string, body: unknown = {}, options?: Options): Promise<T> =>
  (await request<T>('POST', url, body, options)).body;
