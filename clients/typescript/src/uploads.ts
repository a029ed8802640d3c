/**
 * Uploads of files. Each is made with an upload link, which names the library, the content and the external id of the
 * media, and shows what the file has become.
 */
import { ConflictError, OTNetError, UploadError } from './errors.js';
import type { MediaFiles } from './files.js';
import { LibraryResource, UploadLinkResource } from './generated/resources.js';
import type { Media, UploadLink, UploadLinkCreate, UploadLinkRole } from './generated/types.js';
import { absolute, type RequestOptions, type Transport } from './transport.js';
import { type UploadOptions, uploadToLink } from './tus.js';
import { Wait, type WaitOptions } from './waiting.js';

const MAX_NAME_LENGTH = 200;
/** The longest time: as long as the server keeps unfinished uploads. */
const VALID_MINUTES = 7 * 24 * 60;

/** URLs with which one file is uploaded once, without a key. */
export class UploadLinks extends UploadLinkResource {
  /** Create an upload link. Its `url` is only in this response. */
  override async create(
    values: UploadLinkCreate,
    options: RequestOptions & { idempotencyKey?: string } = {},
  ): Promise<UploadLink> {
    let link = await super.create(values, options);
    if (!link.url && options.idempotencyKey === undefined) {
      // The first response was lost, and a repeated one does not contain the URL.
      await this.delete(link.id);
      link = await super.create(values, options);
    }
    if (link.url) link.url = absolute(this.transport.url, link.url);
    return link;
  }
}

export interface UploadFileOptions extends Omit<UploadOptions, 'fetch' | 'sleep'> {
  /** The id of the library; may be left out if there is only one. */
  library?: string;
  /** The id of the content that it is a file of. */
  content?: string;
  role?: UploadLinkRole;
  /** The external id of the media. */
  externalId?: string;
  /** The metadata of the media. */
  metadata?: Record<string, string>;
}

export class Uploads {
  readonly #transport: Transport;
  readonly #links: UploadLinks;
  readonly #media: MediaFiles;

  constructor(transport: Transport, links: UploadLinks, media: MediaFiles) {
    this.#transport = transport;
    this.#links = links;
    this.#media = media;
  }

  /**
   * Upload a file (in Node.js also the path of one) into a library. Returns the upload link: pass it to
   * `waitUntilReady`. The key needs the scope `upload_link:write`, and `content:write` or `media:write` with `content`; to
   * wait, `upload_link:read` and `media:read`. To continue an upload in a later process, create the link yourself, store it, and use
   * `uploadToLink`.
   *
   * Throws UploadError, and ApiError: ConflictError when other media have the external id, for example.
   */
  async uploadFile(file: string | Blob, options: UploadFileOptions = {}): Promise<UploadLink> {
    const blob = await blobOf(file);
    const link = await this.#create({
      library: options.library ?? (await this.#onlyLibrary()),
      filename: options.filename ?? nameOf(file) ?? null,
      valid_minutes: VALID_MINUTES,
      ...(options.content ? { content: options.content, role: options.role ?? 'main' } : {}),
      ...(options.externalId ? { external_id: options.externalId } : {}),
      ...(options.metadata ? { metadata: options.metadata } : {}),
    });
    try {
      await this.uploadToLink(link, blob, options);
    } catch (error) {
      if (error instanceof UploadError && error.resumable) error.link = link;
      // The reason of the refusal is what the caller needs to know.
      else await this.#links.delete(link.id).catch(() => {});
      throw error;
    }
    return { ...link, state: 'done' };
  }

  /** Upload a file with an upload link, or its URL; continues an upload with this link that was interrupted. */
  async uploadToLink(
    link: string | { url?: string | null },
    file: string | Blob,
    options: UploadOptions = {},
  ): Promise<void> {
    const url = typeof link === 'string' ? link : link.url;
    const { fetch, sleep } = this.#transport;
    const name = options.filename ?? nameOf(file);
    const sent = { fetch, sleep, ...options, ...(name ? { filename: name } : {}) };
    await uploadToLink(url ? absolute(this.#transport.url, url) : { url: null }, await blobOf(file), sent);
  }

  /** The media of an uploaded file, once its library has found it. Throws WaitTimeoutError. */
  async waitForMedia(link: string | { id: string }, options: WaitOptions = {}): Promise<Media> {
    const id = typeof link === 'string' ? link : link.id;
    const wait = new Wait(options.timeoutMs ?? 600_000, this.#transport.sleep, options.signal);
    for (;;) {
      const current = await this.#links.retrieve(id);
      if (current.media) return this.#media.retrieve(current.media);
      await wait.pause(`The file of the upload link ${id} has not become media`);
    }
  }

  /** The media of an uploaded file, once it is encoded. Throws ProcessingError and WaitTimeoutError. */
  async waitUntilReady(link: string | { id: string }, options: WaitOptions = {}): Promise<Media> {
    return this.#media.waitUntilReady((await this.waitForMedia(link, options)).id, options);
  }

  async #onlyLibrary(): Promise<string> {
    const libraries = await new LibraryResource(this.#transport).list().all();
    const [library] = libraries;
    if (library && libraries.length === 1) return library.id;
    const names = libraries.map((l) => `${l.id} (${l.name})`).join(', ') || 'none';
    throw new OTNetError(`Name the library of the upload by its id. The libraries are: ${names}.`);
  }

  /** A new upload link. It replaces one with the same external id that was not used. */
  async #create(values: UploadLinkCreate): Promise<UploadLink> {
    try {
      return await this.#links.create(values);
    } catch (error) {
      if (!(error instanceof ConflictError) || error.existing?.resource !== 'upload_link') throw error;
      const former = await this.#links.retrieve(error.existing.id).catch(() => null);
      if (!former || former.state === 'done') throw error;
      await this.#links.delete(former.id);
      return this.#links.create(values);
    }
  }
}

async function blobOf(file: string | Blob): Promise<Blob> {
  if (typeof file !== 'string') return file;
  const { openAsBlob } = await import('node:fs');
  try {
    return await openAsBlob(file);
  } catch (error) {
    throw new UploadError(`The file ${file} can't be read.`, false, { cause: error });
  }
}

/** The name of the file as the server accepts it: without control characters, not too long. */
function nameOf(file: string | Blob): string | undefined {
  const name = typeof file === 'string' ? file.split(/[\\/]/).at(-1) : (file as { name?: string }).name;
  const text = name?.replace(/\p{Cc}/gu, '_');
  if (!text || text.length <= MAX_NAME_LENGTH) return text;
  const suffix = /\.[^.]*$/.exec(text)?.[0].slice(0, MAX_NAME_LENGTH) ?? '';
  return text.slice(0, MAX_NAME_LENGTH - suffix.length) + suffix;
}
