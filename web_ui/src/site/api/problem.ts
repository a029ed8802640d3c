/**
 * Errors: the server's (RFC 9457 problem JSON), or ours if the server could not be reached. `code` is stable; `title`
 * says what happened, `detail` why, `remedy` what to do.
 */
export interface FieldError {
  field: string;
  message: string;
}

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly remedy: string;
  readonly errors: FieldError[];
  /** Seconds, from Retry-After. */
  readonly retryAfter: number | null;

  constructor(
    status: number,
    code: string,
    texts: Partial<Record<'title' | 'detail' | 'remedy', string>> = {},
    errors: FieldError[] = [],
    retryAfter: number | null = null,
  ) {
    super(texts.title ?? '');
    this.status = status;
    this.code = code;
    this.detail = texts.detail ?? '';
    this.remedy = texts.remedy ?? '';
    this.errors = errors;
    this.retryAfter = retryAfter;
  }

  get title(): string {
    return this.message;
  }
}

const stringOrEmpty = (value: unknown): string => (typeof value === 'string' ? value : '');

/** From an error response with any body. */
export function problemOf(status: number, body: unknown, retryAfter: string | null = null): Problem {
  const problemJson = (body && typeof body === 'object' ? body : {}) as Record<string, unknown>;
  const errors = Array.isArray(problemJson.errors) ? problemJson.errors.map(fieldError) : [];
  const seconds = retryAfter === null ? NaN : Number(retryAfter);
  return new Problem(
    status,
    stringOrEmpty(problemJson.code) || `http_${status}`,
    {
      title: stringOrEmpty(problemJson.title),
      detail: stringOrEmpty(problemJson.detail),
      remedy: stringOrEmpty(problemJson.remedy),
    },
    errors,
    Number.isFinite(seconds) ? seconds : null,
  );
}

function fieldError(raw: unknown): FieldError {
  const error = (raw && typeof raw === 'object' ? raw : {}) as Record<string, unknown>;
  return { field: stringOrEmpty(error.field), message: stringOrEmpty(error.reason) || stringOrEmpty(error.message) };
}

/** No response: the device is offline, or the server is unreachable. */
export const unreachableProblem = (online: boolean): Problem => new Problem(0, online ? 'unreachable' : 'offline');
