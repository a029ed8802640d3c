/**
 * Maps failures to stable error codes. Pure. The numbers are Shaka Player's (shaka.util.Error): code / 1000 is the
 * category.
 */
import words from '../i18n/en/base';

export interface Fault {
  code: string;
  detail: string;
  category: string;
  retryable: boolean;
  /** Seconds to wait before a retry, from Retry-After (RFC 9110, 10.2.3). */
  retryAfterS?: number | null;
  /** What a viewer reads instead of the words of `code`. */
  words?: { message: string; remedy: string };
}

export interface ShakaError {
  category?: number;
  code?: number;
  data?: unknown[];
  severity?: number;
}

const BAD_HTTP_STATUS = 1001;
/** shaka.net.NetworkingEngine.RequestType */
const MANIFEST = 0;
const CATEGORIES = 'player network text media manifest streaming drm'.split(' ');
const NO_PLAYABLE_VARIANT = [4032, 4012];
/** The load was aborted: another title was loaded, or the player was destroyed. */
const ABORT_CODES = [7000, 7001, 7002];

export function retryAfter(headers: unknown, now = Date.now()): number | null {
  const value = (headers as Record<string, string> | undefined)?.['retry-after'];
  if (!value) return null;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 60) : null;
}

/** Statuses after which the same request may succeed later. */
const isRetryableStatus = (status: number): boolean => status >= 500 || status === 429 || status === 408;

function classifyStatus(status: number, manifest: boolean): { code: string; retryable: boolean } {
  const codes: Record<number, string> = {
    401: manifest ? 'sign_in' : 'refused',
    403: 'refused',
    404: manifest ? 'not_found' : 'part_missing',
    429: 'not_yet',
    503: 'not_yet',
  };
  return { code: codes[status === 410 ? 404 : status] ?? 'network', retryable: isRetryableStatus(status) };
}

/** For an HTTP error response to the manifest request. */
export function faultFromStatus(status: number, headers?: Record<string, string>): Fault {
  return {
    ...classifyStatus(status, true),
    detail: `HTTP ${status}`,
    category: 'network',
    retryAfterS: retryAfter(headers),
  };
}

/** Why a licence was not obtained. `data` has the failed request (1001), whose response is a problem (RFC 9457). */
function faultOfLicence(data: unknown[]): Partial<Fault> & { code: string } {
  const request = data.find((part) => (part as ShakaError | null)?.code === BAD_HTTP_STATUS) as ShakaError | undefined;
  const [, status, body, headers] = request?.data ?? [];
  if (typeof status !== 'number') return { code: 'licence' };
  let reason = '';
  try {
    reason = String((JSON.parse(String(body)) as { code?: unknown }).code);
  } catch {
    // Not a problem of this server.
  }
  const detail = `licence, HTTP ${status}${reason && `, ${reason}`}`;
  const retryable = isRetryableStatus(status);
  return { code: `error.${reason}` in words ? reason : 'licence', detail, retryable, retryAfterS: retryAfter(headers) };
}

/** Null if the load was merely aborted. */
export function faultFromShaka(error: ShakaError): Fault | null {
  const { code = 0, category = 0, data = [] } = error;
  if (ABORT_CODES.includes(code)) return null;
  const fault = {
    category: CATEGORIES[category] ?? 'player',
    detail: `shaka ${code}`,
    retryable: false,
  };
  if (code === BAD_HTTP_STATUS && typeof data[1] === 'number') {
    const detail = `${fault.detail}, HTTP ${data[1]}`;
    return { ...fault, ...classifyStatus(data[1], data[4] === MANIFEST), detail, retryAfterS: retryAfter(data[3]) };
  }
  if (category === 1) return { ...fault, code: 'network', retryable: true };
  if (category === 6) return { ...fault, ...faultOfLicence(data) };
  if (NO_PLAYABLE_VARIANT.includes(code)) return { ...fault, code: 'unsupported' };
  if (category === 4) return { ...fault, code: 'manifest' };
  if (category === 3) return { ...fault, code: 'decode' };
  return { ...fault, code: 'player' };
}

const CODE_BY_STATUS: Record<number, string> = { 403: 'not_entitled', 409: 'not_ready' };

/**
 * For an HTTP error response to the configuration request (RFC 9457 problem). Keeps the server's code if there is a
 * message for it.
 */
export function faultFromResponse(
  status: number,
  problem: { code?: unknown } | null,
  headers?: Record<string, string>,
): Fault {
  const serverCode = typeof problem?.code === 'string' ? problem.code : '';
  const fault = faultFromStatus(status, headers);
  return { ...fault, code: `error.${serverCode}` in words ? serverCode : (CODE_BY_STATUS[status] ?? fault.code) };
}
