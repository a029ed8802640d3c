/** Sends a request exactly as edited in the panel. */
import { headersRecord, csrfToken, readBody, type RecordedResponse } from '../api/http';
import type { Draft } from './snippets';

export function defaultHeaders(surface: Draft['surface'], method: string, body: unknown): Record<string, string> {
  return {
    Accept: 'application/json',
    ...(body !== undefined && method !== 'GET' ? { 'Content-Type': 'application/json' } : {}),
    ...(surface === 'dashboard' && method !== 'GET' ? { 'X-CSRF-Token': csrfToken() ?? '' } : {}),
    ...(surface === 'partner' ? { Authorization: 'Bearer otk_YOUR_KEY' } : {}),
  };
}

export async function sendRequest(draft: Draft): Promise<RecordedResponse> {
  const started = performance.now();
  const response = await fetch(draft.url, {
    method: draft.method,
    headers: draft.headers,
    // Requests of other surfaces are sent without the session cookie, as by an external client.
    credentials: draft.surface === 'dashboard' ? 'same-origin' : 'omit',
    body:
      draft.body === undefined || draft.method === 'GET'
        ? null
        : typeof draft.body === 'string'
          ? draft.body
          : JSON.stringify(draft.body),
  });
  const body = await readBody(response);
  return {
    status: response.status,
    headers: headersRecord(response.headers),
    body,
    ms: performance.now() - started,
    at: Date.now(),
  };
}
