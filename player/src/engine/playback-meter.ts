/** Measures what the viewer lives through and hands it to telemetry, watch progress and nobody else. */
import type { PlayerConfig } from '../config/config';
import type { Setting } from './backend';
import type { Progress } from './watch-progress';
import { Telemetry, unwanted } from './telemetry';
import { Watched } from './watched-ranges';

export const wanted = (config: PlayerConfig, option: boolean | undefined): boolean =>
  option !== false && !!config.telemetry && !unwanted(navigator as Navigator & { globalPrivacyControl?: boolean });

export class Meter {
  #video: HTMLMediaElement;
  #telemetry: Telemetry | null = null;
  #progress: Progress | null = null;
  #watched = new Watched();
  #asked: number | null = null;
  #stalled: number | null = null;
  #started = false;

  constructor({ video, config, options, session, measured, headers }: Setting, engine: string, base: string) {
    this.#video = video;
    const { telemetry, progress, id = null, media = null } = config;
    const url = typeof telemetry === 'object' && telemetry ? telemetry.url : new URL('/api/v1/telemetry', base).href;
    const about = { session, content: id, media, skin: options.skin ?? 'engine', engine };
    if (measured) this.#telemetry = new Telemetry(url, about);
    if (progress) {
      void import('./watch-progress')
        .then(({ Progress: Kept }) => (this.#progress = new Kept(progress, headers)))
        .catch(() => undefined);
    }
  }

  /** The viewer, or autoplay, has asked for pictures. */
  ask(): void {
    if (!this.#started) this.#asked ??= performance.now();
  }

  flows(): void {
    if (!this.#started && this.#asked !== null) {
      this.#started = true;
      this.#telemetry?.add({ type: 'start', startup_ms: Math.round(performance.now() - this.#asked) });
    }
    if (this.#stalled === null) return;
    const duration_ms = Math.round(performance.now() - this.#stalled);
    this.#stalled = null;
    this.#telemetry?.add({ type: 'rebuffer', duration_ms, position_s: this.#position() });
  }

  /** Pictures stand though they should not; a seek is no stall. */
  stands(): void {
    if (this.#started && !this.#video.seeking) this.#stalled ??= performance.now();
  }

  seeks(): void {
    this.#stalled = null;
    this.#range();
  }

  at(duration: number): void {
    const { currentTime, playbackRate } = this.#video;
    const range = this.#watched.at(currentTime, playbackRate);
    if (range) this.#telemetry?.add({ type: 'watched', ...range });
    this.#progress?.at(currentTime, duration);
  }

  switched(from_kbps: number, to_kbps: number, height: number): void {
    if (from_kbps !== to_kbps) {
      this.#telemetry?.add({ type: 'switch', from_kbps, to_kbps, height, position_s: this.#position() });
    }
  }

  failed(code: string, category: string, fatal: boolean): void {
    this.#telemetry?.add({ type: 'error', code, category, fatal });
  }

  pauses(duration: number): void {
    this.#range();
    this.#progress?.save(this.#video.currentTime, duration);
  }

  ends(duration: number): void {
    this.pauses(duration);
    this.#telemetry?.add({ type: 'end' });
    this.#telemetry?.flush();
  }

  /** The page is hidden or left: nothing may be lost. */
  leaves(duration: number): void {
    if (this.#started) this.pauses(duration);
    this.#telemetry?.flush();
  }

  #range(): void {
    const range = this.#watched.close();
    if (range) this.#telemetry?.add({ type: 'watched', ...range });
  }

  #position(): number {
    return Math.round(this.#video.currentTime * 10) / 10;
  }
}
