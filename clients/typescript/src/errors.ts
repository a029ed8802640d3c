/** The errors of the client. All are OTNetError; error responses are ApiError, with a class for each status. */

export class OTNetError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The server could not be reached, or the connection was lost. */
export class ConnectionError extends OTNetError {}

/** The server did not respond in time. */
export class RequestTimeoutError extends ConnectionError {}

/** A state was not reached in time. */
export class WaitTimeoutError extends OTNetError {}

/** A webhook is not authentic: its headers are missing, its signature does not match, or it is too old. */
export class WebhookVerificationError extends OTNetError {}

/** An upload stopped. `resumable`: `uploads.uploadToLink(error.link, file)` continues it. */
export class UploadError extends OTNetError {
  readonly resumable: boolean;
  /** The upload link of `uploads.uploadFile`. */
  link?: { id: string; url?: string | null };

  constructor(message: string, resumable: boolean, options?: ErrorOptions) {
    super(message, options);
    this.resumable = resumable;
  }
}

/** A file could not be encoded, or not be downloaded by the server. */
export class ProcessingError extends OTNetError {
  readonly id: string;
  readonly error: Record<string, string>;

  constructor(what: string, id: string, error: Record<string, string>) {
    super(`The ${what} ${id} failed: ${error.message ?? 'unknown reason'}`);
    this.id = id;
    this.error = error;
  }
}

export interface FieldError {
  field: string;
  code: string;
  reason: string;
  remedy?: string;
}

export interface Problem {
  type?: string;
  code?: string;
  title?: string;
  detail?: string;
  remedy?: string;
  errors?: FieldError[];
  existing?: { resource: string; id: string; name: string };
  used_by?: { resource: string; field: string; count: number; records: { id: string; name: string }[] }[];
  [name: string]: unknown;
}

/**
 * An error response (RFC 9457). `code` is stable; `title` says what happened and `detail` what to do. `requestId`
 * identifies the request in the log of the server. `retryAfter` are the seconds after which it may be repeated.
 */
export class ApiError extends OTNetError {
  readonly status: number;
  readonly type: string;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: FieldError[];
  readonly requestId: string | null;
  readonly retryAfter: number | null;
  readonly document: Problem;

  constructor(response: Response, document: Problem) {
    const status = response.status;
    const title = document.title || `The server responded with status ${status}.`;
    const code = document.code || `http_${status}`;
    const errors = Array.isArray(document.errors) ? document.errors : [];
    const requestId = response.headers.get('x-request-id');
    const fields = errors.map((e) => `${e.field} ${e.reason}. ${e.remedy ?? ''}`.trim());
    const detail = document.detail || document.remedy || '';
    const parts = [title, ...(fields.length ? fields : [detail]), `(${status} ${code}, request ${requestId})`];
    super(parts.filter(Boolean).join(' '));
    this.status = status;
    this.type = document.type || 'about:blank';
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
    this.requestId = requestId;
    this.retryAfter = retryAfterOf(response.headers.get('retry-after'));
    this.document = document;
  }

  /** The errors by the name of the field. */
  get fieldErrors(): Record<string, FieldError[]> {
    const byField: Record<string, FieldError[]> = Object.create(null);
    for (const error of this.errors) byField[error.field] = [...(byField[error.field] ?? []), error];
    return byField;
  }

  /** The record that a conflict is with. */
  get existing(): Problem['existing'] {
    return this.document.existing;
  }

  /** The records that prevent a deletion. */
  get usedBy(): NonNullable<Problem['used_by']> {
    return this.document.used_by ?? [];
  }
}

/** 400: the query or the body is malformed. */
export class BadRequestError extends ApiError {}
/** 401: the key is missing, revoked or not valid. */
export class AuthenticationError extends ApiError {}
/** 403: the key lacks a scope. */
export class PermissionDeniedError extends ApiError {}
/** 404: the record does not exist in this organization. */
export class NotFoundError extends ApiError {}
/** 409: the fields conflict with one another or with a record (`existing`), or the record is in use (`usedBy`). */
export class ConflictError extends ApiError {}
/** 410: it existed, but is no longer kept. */
export class GoneError extends ApiError {}
/** 412: the record has changed since its ETag was read. */
export class ChangedMeanwhileError extends ApiError {}
/** 422: some fields are not valid; `errors` names each. */
export class ValidationError extends ApiError {}
/** 429: too many requests. */
export class RateLimitedError extends ApiError {}
/** 500 and above: the server failed, or a part of it is not available. */
export class ServerError extends ApiError {}

const BY_STATUS: Record<number, typeof ApiError> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  409: ConflictError,
  410: GoneError,
  412: ChangedMeanwhileError,
  422: ValidationError,
  429: RateLimitedError,
};

/** The error for an error response. */
export async function errorOf(response: Response): Promise<ApiError> {
  let document: unknown = {};
  try {
    document = JSON.parse(await response.text());
  } catch {
    // An error page of a proxy, or a connection that was lost.
  }
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document);
  const Kind = BY_STATUS[response.status] ?? (response.status >= 500 ? ServerError : ApiError);
  return new Kind(response, isObject ? (document as Problem) : {});
}

/** The seconds that the header Retry-After asks for: a number of seconds, or a date (RFC 9110 §10.2.3). */
export function retryAfterOf(value: string | null): number | null {
  if (value === null) return null;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value);
  const at = /^[A-Z][a-z]{2},/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, (at - Date.now()) / 1000);
}
