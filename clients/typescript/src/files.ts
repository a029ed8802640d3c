/** Media, pictures, subtitles, imports, exports and events: what is not an operation on the fields of a record. */
import { OTNetError, ProcessingError } from './errors.js';
import { type Event, eventOf } from './events.js';
import { ArtworkResource, ChannelResource, MediaResource } from './generated/resources.js';
import type { Artwork, Media } from './generated/types.js';
import { type Page, Paginator } from './paginator.js';
import { checkedPage, recordOf } from './resource.js';
import type { Query, RequestOptions, Transport } from './transport.js';
import { Wait, type WaitOptions } from './waiting.js';

/** The bytes of a file: in Node.js also a Buffer, or a file opened with `fs.openAsBlob(path)`. */
export type FileData = Blob | Uint8Array | ArrayBuffer;
export type SubtitleRole = 'forced' | 'sdh' | 'commentary';

export interface Subtitles {
  id: string;
  /** file: beside the media; media: inside it, so that it can't be changed. */
  source: 'file' | 'media';
  file: string | null;
  title: string;
  language: string;
  roles: string[];
  default: boolean;
  state: 'waiting' | 'ready' | 'failed';
  error: string | null;
  /** The WebVTT, when it is ready. */
  url: string | null;
}

export interface SubtitleOptions extends RequestOptions {
  /** A language tag such as de or pt-BR. */
  language: string;
  roles?: readonly SubtitleRole[];
}

export interface AddSubtitleOptions extends SubtitleOptions {
  /** Whether they are shown unless the viewer chooses otherwise. */
  default?: boolean;
  /** The name of the file. Its extension is the format; without a name, the content says it. */
  name?: string;
}

export interface SubtitleChanges {
  language?: string;
  roles?: readonly SubtitleRole[];
  default?: boolean;
}

/** What a channel plays. An airing of the as-run log has a number and its media; one of the forecast does not. */
export interface ChannelAiring {
  starts_at: string;
  ends_at: string;
  kind: 'program' | 'title' | 'filler' | 'slate';
  content: string | null;
  program: string | null;
  title: string;
  number?: number;
  media?: string;
  /** Of a forecast: what should be on instead, and why it can't be played. */
  replaces?: {
    content: string;
    program: string | null;
    title: string;
    code: 'codec' | 'not_ready';
    codec: string | null;
    message: string;
    remedy: string;
  } | null;
}

/** The source from which the server fetches the live stream of a channel, without passwords. */
export interface ChannelPull {
  url: string;
  enabled: boolean;
  state: 'off' | 'waiting' | 'receiving' | 'failed';
  /** Why it failed. */
  problem: string;
  changed_at: string;
}

export interface PullOptions extends RequestOptions {
  /** Whether the server connects to the source; by default it does. */
  enabled?: boolean;
}

/** The live stream of a channel: `stream` is null without one, `health` without an encoder. */
export interface ChannelLive {
  state: 'off' | 'waiting' | 'live' | 'interrupted';
  stream: {
    id: string;
    started_at: string;
    key_name: string | null;
    protocol: string | null;
    recording_id: string;
  } | null;
  /** What was measured in the last two seconds. */
  health: Record<string, number | boolean | null> | null;
  /** The last five minutes. */
  history: ({ at: string } & Record<string, number | string | null>)[];
  warnings: { code: string; message: string; since: string }[];
  rungs: { name: string; state: 'live' | 'dropped' }[];
  simulcast: { id: string; name: string; state: string; detail: string }[];
  /** How many have watched the channel in the last 90 seconds; null when telemetry is off. */
  viewers: number | null;
}

/** A secret with which an encoder publishes on a channel. */
export interface StreamKey {
  id: string;
  channel: string;
  name: string;
  role: 'primary' | 'backup';
  /** The first characters of the key. */
  prefix: string;
  old_prefix: string | null;
  old_until: string | null;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
}

/** A stream key that was just created or rotated. An address is null while the server receives nothing by it. */
export interface NewStreamKey extends StreamKey {
  /** It is returned only once. */
  key: string;
  rtmp_url: string | null;
  srt_url: string | null;
  whip_url: string | null;
  /** Why a protocol has no address, and what to do. */
  problems: { protocol: 'rtmp' | 'srt' | 'whip'; code: string; message: string; remedy: string }[];
}

export interface StreamKeyOptions extends RequestOptions {
  /** Who uses the key, and for what. */
  name?: string;
  role?: 'primary' | 'backup';
  /** As ISO 8601; by default never. */
  expires_at?: string;
}

/** A clip: the id of its media, and where it was cut in seconds. */
export interface Clip {
  media: string;
  in: number;
  out: number;
  duration_s: number;
}

export interface ClipOptions extends RequestOptions {
  /** Seconds from the start of the media. */
  in: number;
  /** Seconds from the start of the media, at most half an hour after `in`. */
  out: number;
  title?: string;
}

export interface AiringOptions extends RequestOptions {
  /** The first moment, as ISO 8601; by default a day ago. */
  from?: string;
  /** The last moment, at most 8 days later; by default a day from now. */
  to?: string;
}

export class Channels extends ChannelResource {
  /** What the channel has played and will certainly play, in order. */
  async airings(id: string, { from, to, ...options }: AiringOptions = {}): Promise<ChannelAiring[]> {
    const airings: ChannelAiring[] = [];
    let after: number | undefined;
    for (;;) {
      const query = { from, to, after };
      const page = checkedPage(await this.transport.json('GET', ['channels', id, 'airings'], { query }, options));
      airings.push(...page.items);
      if (page.next === null) return airings;
      after = page.next;
    }
  }

  /** What the channel will probably play after that until `to`, at most 8 days from now; by default a day. */
  async forecast(id: string, { to, ...options }: Omit<AiringOptions, 'from'> = {}): Promise<ChannelAiring[]> {
    const query = { to };
    return checkedPage(await this.transport.json('GET', ['channels', id, 'forecast'], { query }, options)).items;
  }

  /** The source from which the server fetches the live stream of the channel. Throws NotFoundError. */
  async getPull(id: string, options: RequestOptions = {}): Promise<ChannelPull> {
    return this.transport.json('GET', ['channels', id, 'pull'], {}, options);
  }

  /** Let the server fetch the live stream of the channel from an address (RTMP, RTSP, SRT, HTTP). */
  async setPull(id: string, url: string, { enabled = true, ...options }: PullOptions = {}): Promise<ChannelPull> {
    const json = { url, enabled };
    return this.transport.json('PUT', ['channels', id, 'pull'], { json }, options);
  }

  /** Remove the source of the channel. A stream from it ends. */
  async removePull(id: string, options: RequestOptions = {}): Promise<void> {
    await this.transport.request('DELETE', ['channels', id, 'pull'], {}, options);
  }

  /** The live stream of the channel and its health. */
  async live(id: string, options: RequestOptions = {}): Promise<ChannelLive> {
    return this.transport.json('GET', ['channels', id, 'live'], {}, options);
  }

  /** The stream keys of the channel, newest first; also those that were revoked in the last 30 days. */
  async listStreamKeys(id: string, options: RequestOptions = {}): Promise<StreamKey[]> {
    return checkedPage(await this.transport.json('GET', ['channels', id, 'stream_keys'], {}, options)).items;
  }

  /** Create a stream key. Whoever has it can publish on the channel. */
  async createStreamKey(
    id: string,
    { name, role, expires_at, ...options }: StreamKeyOptions = {},
  ): Promise<NewStreamKey> {
    const json = { name, role, expires_at };
    return this.transport.json('POST', ['channels', id, 'stream_keys'], { json }, options);
  }

  /** Replace the secret of a stream key. The old one stays valid for the overlap, by default 24 hours. */
  async rotateStreamKey(
    id: string,
    key: string,
    { overlap_hours, ...options }: RequestOptions & { overlap_hours?: number } = {},
  ): Promise<NewStreamKey> {
    const path = ['channels', id, 'stream_keys', key, 'rotate'];
    return this.transport.json('POST', path, { json: { overlap_hours } }, options);
  }

  /** Revoke a stream key. Its stream ends. */
  async revokeStreamKey(id: string, key: string, options: RequestOptions = {}): Promise<void> {
    await this.transport.request('DELETE', ['channels', id, 'stream_keys', key], {}, options);
  }
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

  /** Create a media from a part of this one, without encoding. */
  async createClip(id: string, { in: start, out, title, ...options }: ClipOptions): Promise<Clip> {
    return this.transport.json('POST', ['media', id, 'clips'], { json: { in: start, out, title } }, options);
  }

  /** The subtitle files beside the media, then the texts inside it. */
  async listSubtitles(id: string, options: RequestOptions = {}): Promise<Subtitles[]> {
    return checkedPage(await this.transport.json('GET', ['media', id, 'subtitles'], {}, options)).items;
  }

  /** Add a subtitle file: SubRip, WebVTT, SSA, ASS, MicroDVD, SAMI or TTML. */
  addSubtitles(id: string, file: FileData | string, options: AddSubtitleOptions): Promise<Subtitles> {
    const { language, roles, name } = options;
    return this.#sendSubtitles('POST', [id], file, { language, roles, name, default: options.default }, options);
  }

  /** Replace the first subtitle file of this language with exactly these roles, or add one. It is safe to repeat. */
  putSubtitles(id: string, file: FileData | string, options: SubtitleOptions): Promise<Subtitles> {
    const { language, roles } = options;
    return this.#sendSubtitles('PUT', [id], file, { language, roles }, options);
  }

  /** Replace the text of a subtitle file; language and roles stay. */
  replaceSubtitles(
    id: string,
    subtitles: string,
    file: FileData | string,
    options: RequestOptions & { name?: string } = {},
  ): Promise<Subtitles> {
    return this.#sendSubtitles('PUT', [id, subtitles], file, { name: options.name }, options);
  }

  /** Change language, roles or default. The subtitle file gets a new name, and therefore a new id. */
  changeSubtitles(
    id: string,
    subtitles: string,
    changes: SubtitleChanges,
    options: RequestOptions = {},
  ): Promise<Subtitles> {
    return this.transport.json('PATCH', ['media', id, 'subtitles', subtitles], { json: changes }, options);
  }

  /** Delete a subtitle file from the library. */
  async deleteSubtitles(id: string, subtitles: string, options: RequestOptions = {}): Promise<void> {
    await this.transport.request('DELETE', ['media', id, 'subtitles', subtitles], {}, options);
  }

  #sendSubtitles(
    method: 'POST' | 'PUT',
    [id, ...path]: string[],
    file: FileData | string,
    query: Query,
    options: RequestOptions,
  ): Promise<Subtitles> {
    const content = { query, body: file as BodyInit, headers: { 'Content-Type': 'text/plain' } };
    return this.transport.json(method, ['media', id as string, 'subtitles', ...path], content, options);
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

export interface MetadataImport {
  id: string;
  state: 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
  total: number;
  done: number;
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
  /** At most 200. */
  failures: { line: number; column: string; error: string; remedy: string }[];
}

export interface MetadataImportOptions extends RequestOptions {
  /** Create missing genres, categories, people and series. */
  create?: boolean;
  /** The field of each column. Without it, columns are recognized by their names. */
  mapping?: Record<string, string>;
}

/** Imports of the metadata of many titles, from CSV or JSON lines. */
export class MetadataImports {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** A CSV file with all columns. */
  template(options: RequestOptions = {}): Promise<string> {
    return this.#csv(['template'], options);
  }

  /** What `create` would do: the columns, the numbers of rows to create and to update, and the failures. */
  preview(table: string, options: MetadataImportOptions = {}): Promise<Record<string, unknown>> {
    return this.#send(table, options, true);
  }

  /** Import a table. Repeating an import is safe. */
  create(table: string, options: MetadataImportOptions = {}): Promise<MetadataImport> {
    return this.#send(table, options);
  }

  retrieve(id: string, options: RequestOptions = {}): Promise<MetadataImport> {
    return this.#transport.json('GET', ['imports', 'metadata', id], {}, options);
  }

  /** Stop an import. Imported rows stay. */
  async delete(id: string, options: RequestOptions = {}): Promise<void> {
    await this.#transport.request('DELETE', ['imports', 'metadata', id], {}, options);
  }

  /** The failures as CSV: line, column, error and remedy. */
  failures(id: string, options: RequestOptions = {}): Promise<string> {
    return this.#csv([id, 'failures'], options);
  }

  /** The import, once it does not run any more. Throws WaitTimeoutError. */
  async waitUntilDone(id: string, options: WaitOptions = {}): Promise<MetadataImport> {
    const wait = new Wait(options.timeoutMs ?? 3_600_000, this.#transport.sleep, options.signal);
    for (;;) {
      const current = await this.retrieve(id, options.signal ? { signal: options.signal } : {});
      if (current.state !== 'running') return current;
      await wait.pause(`The import ${id} was not done`);
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: the response depends on `dryRun`
  #send(table: string, options: MetadataImportOptions, dryRun = false): Promise<any> {
    const kind = table.trimStart().startsWith('{') ? 'application/x-ndjson' : 'text/csv';
    const mapping = options.mapping && JSON.stringify(options.mapping);
    const query = { create: options.create, mapping, dry_run: dryRun || undefined };
    const content = { query, body: table, headers: { 'Content-Type': kind } };
    return this.#transport.json('POST', ['imports', 'metadata'], content, options);
  }

  async #csv(path: string[], options: RequestOptions): Promise<string> {
    const headers = { Accept: 'text/csv, */*' };
    return (await this.#transport.request('GET', ['imports', 'metadata', ...path], { headers }, options)).text();
  }
}

export interface HomeLayout {
  /** The ids of the featured titles; without one, the newest title is featured. */
  hero: string[];
  rows: Record<string, unknown>[];
}

/** The featured titles and the rows of the home page of the site and of televisions. */
export class HomeLayouts {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Read the layout; until one is saved, it is the standard layout. */
  retrieve(options: RequestOptions = {}): Promise<HomeLayout> {
    return this.#transport.json('GET', ['home_layout'], {}, options);
  }

  /** Replace the layout. */
  update(layout: HomeLayout, options: RequestOptions = {}): Promise<HomeLayout> {
    return this.#transport.json('PUT', ['home_layout'], { json: layout }, options);
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
