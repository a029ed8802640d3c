/**
 * Errors: the server's (RFC 9457 problem JSON), or our own if the server could not be reached. `code` is stable;
 * `title` says what happened, `detail` why, `remedy` what to do.
 */
import type { Problem as ProblemBody } from './viewerApi';

export type FieldError = Required<NonNullable<ProblemBody['errors']>[number]>;
type Texts = Partial<Record<'title' | 'detail' | 'remedy', string>>;

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly remedy: string;
  readonly errors: FieldError[];
  /** Seconds, from Retry-After. */
  readonly retryAfter: number | null;
  /** The body of the response, for the further members of a problem. */
  readonly members: Record<string, unknown>;

  constructor(
    status: number,
    code: string,
    texts: Texts = {},
    errors: FieldError[] = [],
    retryAfter: number | null = null,
    members: Record<string, unknown> = {},
  ) {
    super(texts.title ?? '');
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.detail = texts.detail ?? '';
    this.remedy = texts.remedy ?? '';
    this.errors = errors;
    this.retryAfter = retryAfter;
    this.members = members;
  }

  get title(): string {
    return this.message;
  }
}

const textOrEmpty = (value: unknown): string => (typeof value === 'string' ? value : '');
const objectOrEmpty = (value: unknown) => (value && typeof value === 'object' ? value : {}) as Record<string, unknown>;

function fieldError(raw: unknown): FieldError {
  const { field, code, reason, remedy } = objectOrEmpty(raw);
  return {
    field: textOrEmpty(field),
    code: textOrEmpty(code),
    reason: textOrEmpty(reason),
    remedy: textOrEmpty(remedy),
  };
}

/** From an error response with any body. `fallback` has the texts for a body without them. Pure. */
export function parseProblem(
  status: number,
  body: unknown,
  retryAfter: string | null = null,
  fallback: Texts = {},
): Problem {
  const members = objectOrEmpty(body);
  const { code, title, detail, remedy, errors } = members;
  const seconds = retryAfter === null ? NaN : Number(retryAfter);
  return new Problem(
    status,
    textOrEmpty(code) || `http_${status}`,
    {
      title: textOrEmpty(title) || (fallback.title ?? ''),
      detail: textOrEmpty(detail) || (fallback.detail ?? ''),
      remedy: textOrEmpty(remedy) || (fallback.remedy ?? ''),
    },
    Array.isArray(errors) ? errors.map(fieldError) : [],
    Number.isFinite(seconds) ? seconds : null,
    members,
  );
}

/** From an error response. */
export async function problemOf(response: Response, fallback: Texts = {}): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  return parseProblem(response.status, body, response.headers.get('retry-after'), fallback);
}

/** No response: the device is offline, or the server is unreachable. */
export const unreachableProblem = (online: boolean, texts: Texts = {}): Problem =>
  new Problem(0, online ? 'unreachable' : 'offline', texts);
