/** Asking the server. Cookies carry who is signed in; what changes something carries the CSRF token too. */
import { noAnswer, Problem, problemOf } from './problem';

let csrf: string | null = null;

export function carry(token: string | null): void {
  csrf = token;
}

async function answer(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw noAnswer(navigator.onLine);
  }
  if (response.ok) return response;
  throw problemOf(response.status, await response.json().catch(() => null), response.headers.get('retry-after'));
}

export async function get<T>(url: string, signal?: AbortSignal): Promise<T> {
  const response = await answer(url, { headers: { accept: 'application/json' }, ...(signal ? { signal } : {}) });
  try {
    return (await response.json()) as T;
  } catch {
    throw new Problem(response.status, 'bad_answer');
  }
}

export async function send<T>(method: 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown): Promise<T | null> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (csrf) headers['X-CSRF-Token'] = csrf;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const response = await answer(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.status === 204 ? null : ((await response.json().catch(() => null)) as T | null);
}

/** For who speaks to the server beside us and in the viewer's name: the player. */
export const bearing = (): Record<string, string> => (csrf ? { 'X-CSRF-Token': csrf } : {});
