/** A title's thumbnails; what reads them is fetched when the first one is asked for. */
import type { Thumbnails } from './thumbnails';
import type { Tile } from './types';

export class Sheets {
  #read: Thumbnails | null = null;
  #reading: Promise<Thumbnails> | null = null;
  constructor(
    private url: string | null | undefined,
    private headers: (url: string) => Record<string, string>,
  ) {}

  async at(seconds: number): Promise<Tile | null> {
    const { url } = this;
    if (!url) return null;
    this.#reading ??= import('./thumbnails').then(
      ({ Thumbnails: Reader }) => (this.#read = new Reader(url, this.headers)),
    );
    return (await this.#reading).at(seconds);
  }

  /** What is known already. */
  now(seconds: number): Tile | null {
    void this.at(seconds).catch(() => null);
    return this.#read?.now(seconds) ?? null;
  }
}
