/** HTTP requests to the server. The session is a cookie; unsafe methods send the CSRF token too. */
import { unreachableProblem, Problem, problemOf } from '../../../shared/problem';

let csrfToken: string | null = null;

export function setCsrf(token: string | null): void {
  csrfToken = token;
}

async function fetchOrProblem(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw unreachableProblem(navigator.onLine);
  }
  if (response.ok) return response;
  throw await problemOf(response);
}

export async function get<T>(url: string, signal?: AbortSignal): Promise<T> {
  const response = await fetchOrProblem(url, {
    headers: { accept: 'application/json' },
    ...(signal ? { signal } : {}),
  });
  try {
    return (await response.json()) as T;
  } catch {
    throw new Problem(response.status, 'bad_answer');
  }
}

/** A change, which is sent to the end even if the visitor leaves the page meanwhile. */
export async function send<T>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  body?: unknown,
): Promise<T | null> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (csrfToken) headers['X-CSRF-Token'] = csrfToken;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const response = await fetchOrProblem(url, {
    method,
    headers,
    keepalive: true,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.status === 204 ? null : ((await response.json().catch(() => null)) as T | null);
}

/** For requests the player sends on behalf of the viewer. */
export const csrfHeader = (): Record<string, string> => (csrfToken ? { 'X-CSRF-Token': csrfToken } : {});
