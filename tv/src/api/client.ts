// The HTTP client: base URL, credentials, and errors as `Problem`s with messages for viewers (RFC 9457 from the
// server, our own where it could not be reached).
import { t } from '../i18n/index';

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly remedy: string,
  ) {
    super(title);
    this.name = 'Problem';
  }
}

interface ProblemBody {
  code?: string;
  title?: string;
  detail?: string;
  remedy?: string;
  error?: string;
}
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
    if (!response.ok) throw await problemFromResponse(response);
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
      throw new Problem(0, 'unreachable', t('error.unreachable'), t('error.unreachable.remedy'));
    }
  }
}

async function problemFromResponse(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as ProblemBody;
  const title = body.detail ?? body.title ?? t('error.server');
  return new Problem(response.status, body.code ?? `http_${response.status}`, title, body.remedy ?? t('error.remedy'));
}

/** Converts any thrown value to a Problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  console.error(error);
  return new Problem(0, 'internal', t('error.internal'), t('error.remedy'));
}
