/** A title's thumbnails. The parser is loaded with the first request. */
import type { Thumbnails } from './thumbnails';
import type { Tile } from './types';

export class LazyThumbnails {
  #reader: Thumbnails | null = null;
  #readerPromise: Promise<Thumbnails> | null = null;
  #url: string | null | undefined;
  #currentUrl: (url: string) => Promise<string>;
  #headers: (url: string) => Record<string, string>;
  constructor(
    url: string | null | undefined,
    currentUrl: (url: string) => Promise<string>,
    headers: (url: string) => Record<string, string>,
  ) {
    this.#url = url;
    this.#currentUrl = currentUrl;
    this.#headers = headers;
  }

  async tileAt(seconds: number): Promise<Tile | null> {
    const url = this.#url;
    if (!url) return null;
    this.#readerPromise ??= import('./thumbnails').then(
      ({ Thumbnails: Reader }) => (this.#reader = new Reader(url, this.#currentUrl, this.#headers)),
    );
    return (await this.#readerPromise).tileAt(seconds);
  }

  /** The thumbnail if the index has been read already, else null. */
  cachedTileAt(seconds: number): Tile | null {
    void this.tileAt(seconds).catch(() => null);
    return this.#reader?.cachedTileAt(seconds) ?? null;
  }
}
