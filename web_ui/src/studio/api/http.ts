/**
 * The one way to the server. Every exchange is kept for the API panel, which shows what was really sent.
 *
 * The CSRF token comes with the session document; whoever reads that document hands it over with `useToken`.
 */
import { problemOf, offline } from './problem';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export interface Call {
  method: Method;
  /** Path and query. */
  url: string;
  headers: Record<string, string>;
  /** JSON value, or text as it is. */
  body?: unknown;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
  ms: number;
  at: number;
}

export interface Exchange {
  call: Call;
  answer: Answer;
}

const KEPT = 80;
let token: string | null = null;
const exchanges = new Map<string, Exchange>();
const listeners = new Set<() => void>();
let signedOut: () => void = () => undefined;

export function useToken(csrf: string | null): void {
  token = csrf;
}
export const csrfToken = (): string | null => token;
/** Called when the server no longer knows who is asking. */
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

function keep(exchange: Exchange): void {
  const key = exchangeKey(exchange.call.method, exchange.call.url);
  exchanges.delete(key);
  exchanges.set(key, exchange);
  const oldest = exchanges.size > KEPT ? exchanges.keys().next().value : undefined;
  if (oldest) exchanges.delete(oldest);
  listeners.forEach((listener) => listener());
}

/** Headers in the order people write them; only what says something to a reader. */
export function answerHeaders(headers: Headers): Record<string, string> {
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

export interface Reply<T> {
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
): Promise<Reply<T>> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  const raw = body instanceof Blob;
  if (body !== undefined) headers['Content-Type'] = raw ? body.type : 'application/json';
  if (method !== 'GET' && token) headers['X-CSRF-Token'] = token;
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
    throw offline();
  }
  const answer = await readBody(response.clone());
  keep({
    call: {
      method,
      url,
      headers,
      ...(body === undefined ? {} : { body: raw ? `<${body.type}, ${body.size} bytes>` : body }),
    },
    answer: {
      status: response.status,
      headers: answerHeaders(response.headers),
      body: answer,
      ms: performance.now() - started,
      at: Date.now(),
    },
  });
  if (response.ok) return { body: answer as T, etag: response.headers.get('etag'), status: response.status };
  const problem = await problemOf(response);
  if (problem.status === 401 && !url.startsWith('/api/v1/auth/')) signedOut();
  throw problem;
}

export const get = async <T>(url: string, options?: Options): Promise<T> =>
  (await request<T>('GET', url, undefined, options)).body;
export const post = async <T>(url: string, body: unknown = {}, options?: Options): Promise<T> =>
  (await request<T>('POST', url, body, options)).body;
