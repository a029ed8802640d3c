/**
 * Sends a file to an upload link by tus 1.0 (https://tus.io), in browsers and in Node.js. No key is needed.
 *
 * The URL of a link is the URL of its only upload: it is all that is needed to continue after an interruption.
 */
import { type ApiError, errorOf, OTNetError, UploadError } from './errors.js';
import { type Fetch, type Sleep, sleep as pause } from './transport.js';

const CHUNK_BYTES = 4 << 20;
const MAX_FAILURES = 10;
/** Without any response, the cause is rather the address or the origin of the page than an interruption. */
const MAX_FAILURES_AT_FIRST = 4;
const MAX_RETRY_AFTER_S = 60;
const TIMEOUT_MS = 120_000;
const TEMPORARY_STATUSES = [408, 423, 425, 429, 460, 500, 502, 503, 504, 507];
/** Errors after which the upload begins again: no upload has begun, or the server has lost or deleted its bytes. */
const BEGIN_AGAIN_CODES = ['unknown_upload', 'upload_lost', 'upload_expired'];

export interface UploadOptions {
  /** Called after each chunk. */
  onProgress?: (bytesSent: number, totalBytes: number) => void;
  /** The name of the file, if the link does not name it; by default that of the File. */
  filename?: string;
  /** The size of the parts in which the file is sent (default: 4 MiB). */
  chunkBytes?: number;
  /** Stops the upload. Uploading the same file with the same link continues it. */
  signal?: AbortSignal;
  /** Replacements for tests. */
  fetch?: Fetch;
  sleep?: Sleep;
}

/** A temporary failure; `retryAfter` are the seconds that the server asked to wait. */
class TemporaryError extends OTNetError {
  readonly retryAfter: number;

  constructor(message: string, retryAfter = 0, options?: ErrorOptions) {
    super(message, options);
    this.retryAfter = retryAfter;
  }
}

/**
 * Upload a file with an upload link, or its URL. Continues an upload with this link that was interrupted, also by a
 * reload of the page. Throws UploadError after several temporary failures in a row, and ApiError when the server
 * refuses the file.
 */
export async function uploadToLink(
  link: string | { url?: string | null },
  file: Blob,
  options: UploadOptions = {},
): Promise<void> {
  const url = typeof link === 'string' ? link : link.url;
  if (!url) throw new OTNetError('The upload link has no URL: only the response to its creation contains it.');
  const upload = new Upload(url, file, options);
  const wait = options.sleep ?? pause;
  let failures = 0;
  let furthest = -1;
  for (;;) {
    try {
      if (!(await upload.findOffset())) await upload.begin();
      for (;;) {
        options.onProgress?.(upload.offset, file.size);
        if (upload.offset >= file.size) return;
        await upload.sendChunk(options.chunkBytes ?? CHUNK_BYTES);
      }
    } catch (error) {
      if (!(error instanceof TemporaryError)) throw error;
      failures = upload.offset > furthest ? 1 : failures + 1;
      furthest = Math.max(furthest, upload.offset);
      if (failures >= (upload.reached ? MAX_FAILURES : MAX_FAILURES_AT_FIRST)) {
        const remedy = upload.reached ? 'Upload the file again to continue.' : unreachable();
        throw new UploadError(`${error.message} ${remedy}`, true, { cause: error });
      }
      const backoff = Math.min(30, 0.25 * 2 ** failures) * (0.8 + Math.random() * 0.4);
      await wait(Math.max(error.retryAfter, backoff) * 1000, options.signal);
    }
  }
}

class Upload {
  offset = 0;
  /** Whether the server has responded to any request. */
  reached = false;
  readonly #url: string;
  readonly #file: Blob;
  readonly #options: UploadOptions;

  constructor(url: string, file: Blob, options: UploadOptions) {
    this.#url = url;
    this.#file = file;
    this.#options = options;
  }

  /** Read how many bytes the server has. False when no upload has begun. */
  async findOffset(): Promise<boolean> {
    const response = await this.#request('HEAD', {});
    if (response === null) return false;
    this.offset = offsetOf(response);
    if (Number(response.headers.get('upload-length') ?? this.#file.size) !== this.#file.size) {
      throw new UploadError('The upload link is in use for another file. Create another one.', false);
    }
    return true;
  }

  async begin(): Promise<void> {
    const name = this.#options.filename ?? (this.#file as { name?: string }).name ?? '';
    const metadata: Record<string, string> = name ? { 'Upload-Metadata': `filename ${base64(utf8(name))}` } : {};
    const headers = { 'Upload-Length': String(this.#file.size), ...metadata };
    if ((await this.#request('POST', headers)) === null) throw new TemporaryError('The server has removed the upload.');
    this.offset = 0;
  }

  async sendChunk(size: number): Promise<void> {
    let data: ArrayBuffer;
    try {
      data = await this.#file.slice(this.offset, this.offset + size).arrayBuffer();
    } catch (error) {
      const message = 'The file could not be read, or was changed during the upload. Upload it again.';
      throw new UploadError(message, false, { cause: error });
    }
    const headers: Record<string, string> = {
      'Upload-Offset': String(this.offset),
      'Content-Type': 'application/offset+octet-stream',
    };
    // Pages without TLS have no crypto.subtle.
    if (globalThis.crypto?.subtle) {
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
      headers['Upload-Checksum'] = `sha256 ${base64(digest)}`;
    }
    const response = await this.#request('PATCH', headers, data);
    if (response === null) throw new TemporaryError('The server has removed the upload.');
    const before = this.offset;
    this.offset = offsetOf(response);
    if (this.offset <= before) throw new TemporaryError('The server has stored nothing of a chunk.');
  }

  /** The response; null when the upload does not exist. Throws TemporaryError and ApiError. */
  async #request(method: string, headers: Record<string, string>, body?: ArrayBuffer): Promise<Response | null> {
    const { signal } = this.#options;
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    let response: Response;
    try {
      response = await (this.#options.fetch ?? fetch)(this.#url, {
        method,
        headers: { 'Tus-Resumable': '1.0.0', ...headers },
        body: body ?? null,
        redirect: 'error',
        credentials: 'omit',
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw new TemporaryError(`The connection failed: ${error}.`, 0, { cause: error });
    }
    this.reached = true;
    if (response.ok) return response;
    // A response to HEAD has no body; POST responds with the reason if the link does not exist.
    if (method === 'HEAD' && [404, 410].includes(response.status)) return null;
    const problem: ApiError = await errorOf(response);
    if (BEGIN_AGAIN_CODES.includes(problem.code)) return null;
    if (TEMPORARY_STATUSES.includes(problem.status) || problem.code === 'upload_offset') {
      throw new TemporaryError(problem.message, Math.min(problem.retryAfter ?? 0, MAX_RETRY_AFTER_S), {
        cause: problem,
      });
    }
    throw problem;
  }
}

function unreachable(): string {
  const origin = globalThis.location?.origin;
  return origin ? `Check that “origins” of the upload link contain ${origin}.` : 'Check the URL of the upload link.';
}

function offsetOf(response: Response): number {
  const value = response.headers.get('upload-offset') ?? '';
  if (!/^\d+$/.test(value))
    throw new OTNetError('The response has no Upload-Offset. Check the URL of the upload link.');
  return Number(value);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
