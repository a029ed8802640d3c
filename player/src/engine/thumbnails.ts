/** Thumbnails: a WebVTT file whose cues name tiles of sprite sheets (`0.jpg#xywh=…`, W3C Media Fragments 4.2.2). */
import type { Tile } from './types';

export interface Cue extends Tile {
  start: number;
  end: number;
}

const TIME = /(?:(\d+):)?(\d\d):(\d\d)[.,](\d{3})/;

export function parseTimestamp(timestamp: string): number {
  const m = TIME.exec(timestamp);
  return m ? Number(m[1] ?? 0) * 3600 + Number(m[2]) * 60 + Number(m[3]) + Number(m[4]) / 1000 : Number.NaN;
}

/** Cues without a tile or a valid time are skipped. Pure. */
export function parseThumbnails(vtt: string, base: string): Cue[] {
  const cues: Cue[] = [];
  for (const block of vtt.replace(/\r\n?/g, '\n').split(/\n{2,}/)) {
    const lines = block.split('\n');
    const timing = lines.findIndex((line) => line.includes('-->'));
    const target = lines[timing + 1]?.trim();
    if (timing < 0 || !target) continue;
    const [start, end] = lines[timing]!.split('-->').map((s) => parseTimestamp(s)) as [number, number];
    const [path = '', fragment = ''] = target.split('#');
    const [x = 0, y = 0, width = 0, height = 0] =
      /xywh=(?:pixel:)?([\d,]+)/.exec(fragment)?.[1]?.split(',').map(Number) ?? [];
    if (Number.isNaN(start) || Number.isNaN(end) || !path || !width || !height) continue;
    cues.push({ start, end, url: new URL(path, base).href, x, y, width, height });
  }
  return cues.sort((a, b) => a.start - b.start);
}

/** The tile at a time: the last cue that has started. Pure. */
export function tileAt(cues: readonly Cue[], seconds: number): Tile | null {
  let low = 0;
  let high = cues.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cues[middle]!.start <= seconds) low = middle + 1;
    else high = middle;
  }
  const cue = cues[Math.max(0, low - 1)];
  return cue ? { url: cue.url, x: cue.x, y: cue.y, width: cue.width, height: cue.height } : null;
}

/** Reads the index on first use, and again when its URL has changed. Errors are ignored. */
export class Thumbnails {
  #cues: Promise<Cue[]> | null = null;
  #loadedCues: Cue[] = [];
  #loadedUrl = '';
  #url: string;
  #currentUrl: (url: string) => Promise<string>;
  #headers: (url: string) => Record<string, string>;
  constructor(
    url: string,
    currentUrl: (url: string) => Promise<string>,
    headers: (url: string) => Record<string, string>,
  ) {
    this.#url = url;
    this.#currentUrl = currentUrl;
    this.#headers = headers;
  }

  async #read(): Promise<Cue[]> {
    const url = await this.#currentUrl(this.#url);
    if (url !== this.#loadedUrl) this.#cues = null;
    this.#loadedUrl = url;
    this.#cues ??= fetch(url, { headers: this.#headers(url) })
      .then(async (response) => (response.ok ? parseThumbnails(await response.text(), url) : []))
      .catch(() => [])
      .then((cues) => (this.#loadedCues = cues));
    return this.#cues;
  }

  async tileAt(seconds: number): Promise<Tile | null> {
    return tileAt(await this.#read(), seconds);
  }

  cachedTileAt(seconds: number): Tile | null {
    void this.#read();
    return tileAt(this.#loadedCues, seconds);
  }
}
