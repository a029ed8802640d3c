/** Measures quality of experience for telemetry and watch progress. Loaded only for titles that have them. */
import type { BackendContext } from './backend';
import type { WatchProgress } from './watch-progress';
import { Telemetry } from './telemetry';
import { WatchedRanges } from './watched-ranges';

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
    base: string,
    /** The name of the backend; empty until it has been created. */
    engine: () => string,
  ) {
    this.#video = video;
    const { telemetry, progress, id = null, media = null } = config;
    const url = typeof telemetry === 'object' && telemetry ? telemetry.url : new URL('/api/v1/telemetry', base).href;
    const sessionInfo = { session: sessionId, content: id, media, skin: options.skin ?? ('none' as const) };
    if (telemetryAllowed) this.#telemetry = new Telemetry(url, () => ({ ...sessionInfo, engine: engine() }));
    if (progress) {
      void import('./watch-progress')
        .then(({ WatchProgress: Reporter }) => (this.#progress = new Reporter(progress, headers)))
        .catch(() => undefined);
    }
  }

  /** The user or autoplay has requested playback. */
  onPlayRequested(at = performance.now()): void {
    if (this.#started || this.#playRequestedAt !== null) return;
    this.#playRequestedAt = at;
    this.#telemetry?.add({ type: 'attempt' });
  }

  /** The browser waits for a click: the attempt starts with it. */
  onPlayBlocked(): void {
    this.#playRequestedAt = null;
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
    this.#telemetry?.add({ type: 'error', code, category, fatal, started: this.#started });
    if (fatal) this.#playRequestedAt = null;
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

  /** The page is hidden: flush everything. */
  onPageHide(duration: number): void {
    if (this.#started) this.onPaused(duration);
    this.#telemetry?.flush();
  }

  /** The viewer leaves the title or the page. */
  onExit(duration: number): void {
    if (!this.#started && this.#playRequestedAt !== null) {
      this.#telemetry?.add({ type: 'exit', waited_ms: Math.round(performance.now() - this.#playRequestedAt) });
      this.#playRequestedAt = null;
    }
    this.onPageHide(duration);
  }

  #closeRange(): void {
    const range = this.#watched.close();
    if (range) this.#telemetry?.add({ type: 'watched', ...range });
  }

  #position(): number {
    return Math.round(this.#video.currentTime * 10) / 10;
  }
}
