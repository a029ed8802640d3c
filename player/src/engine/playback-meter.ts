/** Measures quality of experience and reports it to telemetry and watch progress. */
import type { PlayerConfig } from '../config/config';
import type { BackendContext } from './backend';
import type { WatchProgress } from './watch-progress';
import { Telemetry, isTelemetryRefused } from './telemetry';
import { WatchedRanges } from './watched-ranges';

export const isTelemetryAllowed = (config: PlayerConfig, option: boolean | undefined): boolean =>
  option !== false &&
  !!config.telemetry &&
  !isTelemetryRefused(navigator as Navigator & { globalPrivacyControl?: boolean });

export class PlaybackMeter {
  #video: HTMLMediaElement;
  #telemetry: Telemetry | null = null;
  #progress: WatchProgress | null = null;
  #watched = new WatchedRanges();
  #playRequestedAt: number | null = null;
  #stalledAt: number | null = null;
  #started = false;

  constructor(
    { video, config, options, sessionId, telemetryAllowed, headers }: BackendContext,
    engine: string,
    base: string,
  ) {
    this.#video = video;
    const { telemetry, progress, id = null, media = null } = config;
    const url = typeof telemetry === 'object' && telemetry ? telemetry.url : new URL('/api/v1/telemetry', base).href;
    const sessionInfo = { session: sessionId, content: id, media, skin: options.skin ?? ('none' as const), engine };
    if (telemetryAllowed) this.#telemetry = new Telemetry(url, sessionInfo);
    if (progress) {
      void import('./watch-progress')
        .then(({ WatchProgress: Reporter }) => (this.#progress = new Reporter(progress, headers)))
        .catch(() => undefined);
    }
  }

  /** The user or autoplay has requested playback. */
  onPlayRequested(): void {
    if (!this.#started) this.#playRequestedAt ??= performance.now();
  }

  onPlaying(): void {
    if (!this.#started && this.#playRequestedAt !== null) {
      this.#started = true;
      this.#telemetry?.add({ type: 'start', startup_ms: Math.round(performance.now() - this.#playRequestedAt) });
    }
    if (this.#stalledAt === null) return;
    const duration_ms = Math.round(performance.now() - this.#stalledAt);
    this.#stalledAt = null;
    this.#telemetry?.add({ type: 'rebuffer', duration_ms, position_s: this.#position() });
  }

  /** Playback has stalled; seeking does not count. */
  onStalled(): void {
    if (this.#started && !this.#video.seeking) this.#stalledAt ??= performance.now();
  }

  onSeeking(): void {
    this.#stalledAt = null;
    this.#closeRange();
  }

  onTimeUpdate(duration: number): void {
    const { currentTime, playbackRate } = this.#video;
    const range = this.#watched.advance(currentTime, playbackRate);
    if (range) this.#telemetry?.add({ type: 'watched', ...range });
    this.#progress?.onTimeUpdate(currentTime, duration);
  }

  onQualitySwitched(from_kbps: number, to_kbps: number, height: number): void {
    if (from_kbps !== to_kbps) {
      this.#telemetry?.add({ type: 'switch', from_kbps, to_kbps, height, position_s: this.#position() });
    }
  }

  onError(code: string, category: string, fatal: boolean): void {
    this.#telemetry?.add({ type: 'error', code, category, fatal });
  }

  onPaused(duration: number): void {
    this.#closeRange();
    this.#progress?.save(this.#video.currentTime, duration);
  }

  onEnded(duration: number): void {
    this.onPaused(duration);
    this.#telemetry?.add({ type: 'end' });
    this.#telemetry?.flush();
  }

  /** The page is hidden or unloaded: flush everything. */
  onPageHide(duration: number): void {
    if (this.#started) this.onPaused(duration);
    this.#telemetry?.flush();
  }

  #closeRange(): void {
    const range = this.#watched.close();
    if (range) this.#telemetry?.add({ type: 'watched', ...range });
  }

  #position(): number {
    return Math.round(this.#video.currentTime * 10) / 10;
  }
}
