// The HTTP client: base URL, credentials, and errors as `Problem`s with messages for viewers (RFC 9457 from the
// server, our own where it could not be reached).
import { Problem, problemOf, unreachableProblem } from '../../../web_ui/shared/problem';
import { t } from '../i18n/index';

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export class Client {
  token: string | null = null;
  csrf: string | null = null;

  constructor(
    readonly base: string,
    private readonly fetcher: Fetch = (url, init) => fetch(url, init),
  ) {}

  url(path: string): string {
    return path === '' || /^[a-z]+:/i.test(path) ? path : this.base + path;
  }

  headers(): Record<string, string> {
    if (this.token !== null) return { Authorization: `Bearer ${this.token}` };
    return this.csrf !== null ? { 'X-CSRF-Token': this.csrf } : {};
  }

  get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return this.send<T>('GET', path, undefined, signal);
  }

  put(path: string, body?: unknown): Promise<void> {
    return this.send<void>('PUT', path, body);
  }

  remove(path: string): Promise<void> {
    return this.send<void>('DELETE', path);
  }

  post<T>(path: string, body?: unknown): Promise<T> {
    return this.send<T>('POST', path, body);
  }

  /** Sends a form, as OAuth requires. Resolves with status and JSON body for error responses too. */
  async form<T>(path: string, fields: Record<string, string>): Promise<{ status: number; body: T }> {
    const response = await this.fetchOrProblem('POST', path, new URLSearchParams(fields), {});
    return { status: response.status, body: (await response.json().catch(() => ({}))) as T };
  }

  private async send<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const json: Record<string, string> = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const text = body === undefined ? undefined : JSON.stringify(body);
    const response = await this.fetchOrProblem(method, path, text, json, signal);
    if (!response.ok) throw await problemOf(response, { title: t('error.server'), remedy: t('error.remedy') });
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  private async fetchOrProblem(
    method: string,
    path: string,
    body: BodyInit | undefined,
    headers: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<Response> {
    try {
      return await this.fetcher(this.url(path), {
        method,
        body,
        signal: signal ?? null,
        headers: { Accept: 'application/json', ...headers, ...this.headers() },
        credentials: 'same-origin',
      });
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error;
      throw unreachableProblem(true, { title: t('error.unreachable'), remedy: t('error.unreachable.remedy') });
    }
  }
}

/** Converts any thrown value to a Problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  console.error(error);
  return new Problem(0, 'internal', { title: t('error.internal'), remedy: t('error.remedy') });
}
