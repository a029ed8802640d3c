/** Media, pictures, subtitles, imports, exports and events: what is not an operation on the fields of a record. */
import { OTNetError, ProcessingError } from './errors.js';
import { type Event, eventOf } from './events.js';
import { ArtworkResource, MediaResource } from './generated/resources.js';
import type { Artwork, Media } from './generated/types.js';
import { type Page, Paginator } from './paginator.js';
import { checkedPage, recordOf } from './resource.js';
import type { RequestOptions, Transport } from './transport.js';
import { Wait, type WaitOptions } from './waiting.js';

/** The bytes of a file: in Node.js also a Buffer, or a file opened with `fs.openAsBlob(path)`. */
export type FileData = Blob | Uint8Array | ArrayBuffer;
export type SubtitleRole = 'forced' | 'sdh' | 'commentary';

export interface SubtitleOptions extends RequestOptions {
  /** A language tag such as de or pt-BR. */
  language: string;
  role?: SubtitleRole;
}

export class MediaFiles extends MediaResource {
  /** The media, once everything is encoded. Throws ProcessingError and WaitTimeoutError. */
  waitUntilReady(id: string, options: WaitOptions = {}): Promise<Media> {
    return this.#wait(id, 'ready', { timeoutMs: 3_600_000, ...options });
  }

  /** The media, once it can be played; the rest may still be encoded. */
  waitUntilPlayable(id: string, options: WaitOptions = {}): Promise<Media> {
    return this.#wait(id, 'playable', { timeoutMs: 600_000, ...options });
  }

  /** Store subtitles beside the file: SubRip, WebVTT, SSA, ASS or TTML. They replace those of the language and role. */
  putSubtitles(id: string, file: FileData | string, options: SubtitleOptions): Promise<Record<string, unknown>> {
    const { language, role } = options;
    const content = { query: { language, role }, body: file as BodyInit, headers: { 'Content-Type': 'text/plain' } };
    return this.transport.json('PUT', ['media', id, 'subtitles'], content, options);
  }

  /** Delete subtitles that were stored with `putSubtitles`. */
  async deleteSubtitles(id: string, options: SubtitleOptions): Promise<void> {
    const { language, role } = options;
    await this.transport.request('DELETE', ['media', id, 'subtitles'], { query: { language, role } }, options);
  }

  async #wait(id: string, wanted: 'ready' | 'playable', options: WaitOptions & { timeoutMs: number }): Promise<Media> {
    const wait = new Wait(options.timeoutMs, this.transport.sleep, options.signal);
    for (;;) {
      const media = await this.retrieve(id, {}, options.signal ? { signal: options.signal } : {});
      if (media.state === 'ready' || (wanted === 'playable' && media.playable)) return media;
      if (media.state === 'failed') throw new ProcessingError('encoding of the media', id, media.error ?? {});
      await wait.pause(`The media ${id} is ${media.state}, and was not ${wanted}`);
    }
  }
}

export interface PictureOptions extends RequestOptions {
  /** The part of the picture to keep, as fractions of it. */
  crop?: { x: number; y: number; width: number; height: number };
}

export class ArtworkFiles extends ArtworkResource {
  /**
   * Store the picture: JPEG, PNG, WebP or AVIF as bytes; a `url` from which the server downloads it; or a `still` of
   * media. It replaces the former picture.
   */
  async putFile(
    id: string,
    picture: FileData | { url: string } | { still: { media: string; at_s?: number } },
    options: PictureOptions = {},
  ): Promise<Artwork> {
    const query = { ...options.crop };
    const isBytes = picture instanceof Blob || picture instanceof Uint8Array || picture instanceof ArrayBuffer;
    const blob = isBytes ? (picture instanceof Blob ? picture : new Blob([picture as BlobPart])) : null;
    const content = blob
      ? { query, body: blob, headers: { 'Content-Type': await pictureType(blob) } }
      : { query, json: picture };
    const response = await this.transport.request('PUT', ['artwork', id, 'file'], content, {
      timeoutMs: 120_000,
      ...options,
    });
    return recordOf(response);
  }
}

export interface Import {
  id: string;
  state: 'running' | 'done' | 'failed';
  name: string;
  /** The number of bytes received. */
  bytes: number;
  total: number | null;
  error: Record<string, string> | null;
}

export interface ImportCreate {
  /** A public URL of a video or audio file. */
  url: string;
  library: string;
  content?: string;
  role?: 'main' | 'trailer' | 'extra';
}

/** Downloads of files by the server. */
export class Imports {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  create(values: ImportCreate, options: RequestOptions = {}): Promise<Import> {
    return this.#transport.json('POST', ['imports'], { json: values }, options);
  }

  retrieve(id: string, options: RequestOptions = {}): Promise<Import> {
    return this.#transport.json('GET', ['imports', id], {}, options);
  }

  /** Cancel an import. */
  async delete(id: string, options: RequestOptions = {}): Promise<void> {
    await this.#transport.request('DELETE', ['imports', id], {}, options);
  }

  /** The import, once the file is in its library. Throws ProcessingError and WaitTimeoutError. */
  async waitUntilDone(id: string, options: WaitOptions = {}): Promise<Import> {
    const wait = new Wait(options.timeoutMs ?? 3_600_000, this.#transport.sleep, options.signal);
    for (;;) {
      const current = await this.retrieve(id, options.signal ? { signal: options.signal } : {});
      if (current.state === 'done') return current;
      if (current.state === 'failed') throw new ProcessingError('import', id, current.error ?? {});
      await wait.pause(`The import ${id} was not done`);
    }
  }
}

export interface Export {
  name: string;
  label: string;
  description: string;
  feed: boolean;
  url: string;
}

/** Files that exporter plugins make of the public catalogue. */
export class Exports {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async list(options: RequestOptions = {}): Promise<Export[]> {
    return checkedPage(await this.#transport.json('GET', ['exports'], {}, options)).items;
  }

  /** The file of an export, as a Response whose body can be read or streamed. */
  download(name: string, options: RequestOptions = {}): Promise<Response> {
    return this.#transport.request('GET', ['exports', name], { headers: { Accept: '*/*' } }, options);
  }
}

export interface EventList {
  /** The id of the last event that was read. */
  after?: string;
  /** Only events of these types. */
  type?: string | readonly string[];
  /** The size of a page, at most 500. */
  limit?: number;
}

/** What happened in the organization, in order. */
export class Events {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The events after the one with the id `after`, or from the oldest one on. Store the id of the last one. */
  list(query: EventList = {}, options: RequestOptions = {}): Paginator<Event> {
    return new Paginator(async (cursor): Promise<Page<Event>> => {
      const sent = { limit: 500, ...query, ...(cursor ? { after: cursor } : {}) };
      const page = checkedPage(await this.#transport.json('GET', ['events'], { query: sent }, options));
      const items = page.items.map((e: { id: string; type: string; at: string; data: Record<string, unknown> }) =>
        eventOf(e.id, e.type, e.at, e.data),
      );
      return { items, next: page.more ? page.next : null };
    });
  }

  /** The position to begin with, for events that are still to come: pass it to `list` as `after`. */
  async position(options: RequestOptions = {}): Promise<string | null> {
    return (await this.#transport.json('GET', ['events'], { query: { after: 'latest' } }, options)).next;
  }
}

const SIGNATURES: [type: string, matches: (start: string) => boolean][] = [
  ['image/jpeg', (start) => start.startsWith('\xff\xd8\xff')],
  ['image/png', (start) => start.startsWith('\x89PNG\r\n')],
  ['image/webp', (start) => start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP'],
  ['image/avif', (start) => ['ftypavif', 'ftypavis', 'ftypmif1'].includes(start.slice(4, 12))],
];

async function pictureType(picture: Blob): Promise<string> {
  const bytes = new Uint8Array(await picture.slice(0, 16).arrayBuffer());
  const start = String.fromCharCode(...bytes);
  const match = SIGNATURES.find(([, matches]) => matches(start));
  if (!match) throw new OTNetError('The picture is neither JPEG, PNG, WebP nor AVIF.');
  return match[0];
}
