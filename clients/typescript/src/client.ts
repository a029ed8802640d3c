import { OTNetError } from './errors.js';
import { ArtworkFiles, Channels, Events, Exports, HomeLayouts, Imports, MediaFiles, MetadataImports } from './files.js';
import { Resources } from './generated/resources.js';
import { type Fetch, sleep, Transport } from './transport.js';
import { UploadLinks, Uploads } from './uploads.js';

export interface ClientOptions {
  /** The URL of the server; by default the variable OTNET of the environment. */
  url?: string;
  /** An API key; by default the variable OTNET_KEY of the environment. */
  key?: string;
  /** The time for each attempt of a request (default: 30 seconds). */
  timeoutMs?: number;
  /** How often a request is repeated after temporary failures, if that is safe (default: 3). */
  maxRetries?: number;
  /** Replaces the global fetch, for a proxy for example. */
  fetch?: Fetch;
}

/** A client of the API, for Node.js 20 and later. All methods throw subclasses of OTNetError. */
export class Client extends Resources {
  override readonly media: MediaFiles;
  override readonly artwork: ArtworkFiles;
  override readonly channels: Channels;
  override readonly uploadLinks: UploadLinks;
  readonly uploads: Uploads;
  readonly imports: Imports;
  readonly metadataImports: MetadataImports;
  readonly exports: Exports;
  readonly homeLayout: HomeLayouts;
  readonly events: Events;
  readonly #transport: Transport;

  constructor(options: ClientOptions = {}) {
    if (typeof document !== 'undefined') {
      throw new OTNetError('A page must not contain an API key. Create an upload link on your server instead.');
    }
    const environment = globalThis.process?.env ?? {};
    const transport = new Transport(
      options.url ?? environment.OTNET ?? '',
      options.key ?? environment.OTNET_KEY ?? '',
      {
        timeoutMs: options.timeoutMs ?? 30_000,
        maxRetries: options.maxRetries ?? 3,
        fetch: options.fetch ?? ((url, init) => fetch(url, init)),
        sleep,
      },
    );
    super(transport);
    this.#transport = transport;
    this.media = new MediaFiles(transport);
    this.artwork = new ArtworkFiles(transport);
    this.channels = new Channels(transport);
    this.uploadLinks = new UploadLinks(transport);
    this.uploads = new Uploads(transport, this.uploadLinks, this.media);
    this.imports = new Imports(transport);
    this.metadataImports = new MetadataImports(transport);
    this.exports = new Exports(transport);
    this.homeLayout = new HomeLayouts(transport);
    this.events = new Events(transport);
  }

  /** The version of the server (`OTNet-Version`), as the last response named it. */
  get serverVersion(): string | null {
    return this.#transport.serverVersion;
  }
}
