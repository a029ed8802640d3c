/**
 * The playback engine: loads a configuration, plays it on a media element and emits events. It has no user interface.
 *
 * Everything is loaded lazily: with `preload: "none"` the manifest and Shaka Player are requested on `play()`. A
 * failure is either retried (`retry-policy.ts`) or sets `error` and the state `failed`; `load` never rejects.
 */
import type { Chapter, PlayerConfig } from '../config/config';
import { ConfigError } from '../config/parse';
import { type Translate, translateEnglish } from '../i18n';
import { type Backend, createBackend, type BackendContext } from './backend';
import { chapterAt } from './chapters';
import { shakaLibrary } from './shaka-library';
import type { PlaybackMeter } from './playback-meter';
import { isTelemetryAllowed, loadMeter, randomId } from './telemetry-session';
import { tryAutoplay, tryPlay, type AutoplayBlock } from './autoplay';
import { faultOf, problemOf, UNSUPPORTED } from './problem';
import { inherit, isElsewhere, type QueueItem, queueAfter, upcomingOf } from './queue';
import { isSameServer, readConfig } from './read-config';
import { Recovery } from './recovery';
import type { MediaSessionKeys } from './media-session';
import { LazyThumbnails } from './lazy-thumbnails';
import { pickSource, platformOf } from './source';
import { nextState, type StateEvent } from './states';
import { startPosition, durationOf, clampToSeekable } from './timeline';
import { Tracks } from './tracks';
import type { Engine, EngineOptions, Live, Problem, State, Tile, Upcoming } from './types';
import { backendEvents, bindMediaEvents } from './media-events';

const NO_LIVE: Live = { isLive: false, edge: 0, start: 0, latency: 0 };

export class OTNetEngine extends EventTarget implements Engine {
  config: PlayerConfig | null = null;
  state: State = 'idle';
  error: Problem | null = null;
  blocked: AutoplayBlock = null;
  speed = 1;
  /** @internal */
  meter: PlaybackMeter | null = null;
  /** @internal Playback is requested: `play()` or autoplay, until paused. */
  playRequested = false;
  /** @internal */
  translate: Translate = translateEnglish;
  /** @internal */
  backend: Backend | null = null;
  /** @internal */
  readonly recovery = new Recovery(this);

  #openPromise: Promise<void> | null = null;
  #loadController = new AbortController();
  #destroyController = new AbortController();
  #configSource: PlayerConfig | string | null = null;
  #base = document.baseURI;
  #queue: QueueItem[] = [];
  #resumePosition: number | null = null;
  #thumbnails: LazyThumbnails | null = null;
  #mediaSession: Promise<MediaSessionKeys> | null = null;
  /** Only one backend may use the media element: the next one waits for the teardown of the last. */
  #backendTeardown: Promise<unknown> = Promise.resolve();
  #chapter: Chapter | null = null;
  #tracks = new Tracks(
    () => this.backend,
    () => this.emit('tracks'),
  );

  #headers = (url: string): Record<string, string> =>
    (isSameServer(url, this.#configSource, this.#base) && this.#options.headers?.()) || {};

  #options: EngineOptions;
  constructor(
    readonly video: HTMLMediaElement,
    options: EngineOptions = {},
  ) {
    super();
    this.#options = options;

    bindMediaEvents(this, this.#destroyController.signal);
  }

  // ── loading ────────────────────────────────────────────────────────────────────────────────────────────────────
  load(source: PlayerConfig | string): Promise<void> {
    return this.#loadItem(source, []);
  }

  async #loadItem(source: PlayerConfig | string, rest: readonly QueueItem[], play = false): Promise<void> {
    const signal = await this.#resetLoad();
    if (signal.aborted) return;
    this.#configSource = source;
    this.transition('load');
    try {
      const loaded = await this.recovery.retryOpening(signal, () =>
        readConfig(source, this.#options.language, this.#headers, signal, this.#options.fetchConfig),
      );
      if (signal.aborted || !loaded) return;
      this.#applyConfig(loaded.config, loaded.base, loaded.translate, rest);
      const { autoplay = false, preload = 'none' } = loaded.config;
      if (play) await this.play();
      else if (autoplay) await this.#autoplay(autoplay === 'muted');
      else if (preload !== 'none') await this.#open();
      else this.transition('loaded');
    } catch (error) {
      if (!signal.aborted) this.fail(error);
    }
  }

  #applyConfig(config: PlayerConfig, base: string, translate: Translate, rest: readonly QueueItem[]): void {
    this.config = config;
    this.#base = base;
    this.translate = translate;
    this.#queue = queueAfter(config, rest);
    this.#resumePosition = null;
    this.#tracks.quality = 'auto';
    this.#thumbnails = new LazyThumbnails(config.thumbnails, this.recovery.access.currentUrl, this.#headers);
    const { video } = this;
    if (config.volume !== undefined) video.volume = config.volume;
    if (config.muted !== undefined) video.muted = config.muted;
    if (config.speed) this.setSpeed(config.speed);
    video.loop = !!config.loop && !config.start && config.end == null;
    this.emit('config');
    this.emit('tracks');
  }

  #open(): Promise<void> {
    this.#openPromise ??= this.#startBackend(this.#loadController.signal);
    return this.#openPromise;
  }

  async #startBackend(signal: AbortSignal): Promise<void> {
    const config = this.config!;
    const source = pickSource(config, platformOf(this.video));
    if (this.state !== 'loading') this.transition('load');
    await this.#backendTeardown;
    this.recovery.openSession(config, this.#headers, this.#options.language);
    const context: BackendContext = {
      video: this.video,
      config,
      options: this.#options,
      sessionId: randomId(),
      telemetryAllowed: isTelemetryAllowed(config, this.#options.telemetry),
      ...this.recovery.access,
      headers: this.#headers,
      events: backendEvents(this, signal),
    };
    const requestedAt = performance.now();
    const meterLoaded = loadMeter(context, this.#base, () => this.backend?.name ?? '').then((meter) => {
      if (!signal.aborted) this.meter ??= meter;
      if (this.playRequested) this.meter?.onPlayRequested(requestedAt);
    });
    if (!source) {
      await meterLoaded;
      throw UNSUPPORTED;
    }
    await this.recovery.retryOpening(signal, async () => {
      const [backend] = await Promise.all([createBackend(source, context), meterLoaded]);
      if (signal.aborted) return backend.destroy();
      this.backend = backend;
      try {
        await backend.load(source, this.#resumePosition ?? startPosition(config));
      } catch (error) {
        this.backend = null;
        await backend.destroy();
        throw error;
      }
    });
    if (signal.aborted) return;
    if (this.speed !== 1) this.setSpeed(this.speed);
    this.#tracks.applyPreferred(config);
    this.transition('loaded');
    this.recovery.onOpened(signal);
  }

  // ── errors ─────────────────────────────────────────────────────────────────────────────────────────────────────
  /** @internal */
  fail(error: unknown): void {
    const fault = faultOf(error) ?? { code: 'bad_config', detail: '', category: 'player' };
    const message = error instanceof ConfigError ? error.message : '';
    if (message) console.error(message);
    // A live programme is resumed at the live edge.
    this.#resumePosition = this.live.isLive ? null : this.video.currentTime || this.#resumePosition;
    this.error = problemOf(fault, true, this.translate, message);
    this.meter?.onError(fault.code, fault.category, true);
    this.meter?.onPageHide(this.duration);
    this.#openPromise = null;
    this.#loadController.abort();
    this.#loadController = new AbortController();
    this.#release(this.backend);
    this.backend = null;
    this.transition('fail');
    this.emit('error');
  }

  async retry(): Promise<void> {
    const source = this.#configSource;
    if (!this.config) return source === null ? undefined : this.#loadItem(source, this.#queue, this.playRequested);
    this.error = null;
    this.recovery.reset();
    this.transition('load');
    await this.play();
  }

  // ── unload and destroy ─────────────────────────────────────────────────────────────────────────────────────────
  async #resetLoad(): Promise<AbortSignal> {
    this.#loadController.abort();
    const controller = new AbortController();
    this.#loadController = controller;
    this.#release(this.backend);
    this.meter?.onExit(this.duration);
    this.meter = null;
    this.recovery.endSession();
    this.backend = this.#openPromise = this.error = this.blocked = this.#chapter = this.#thumbnails = null;
    this.playRequested = false;
    this.recovery.reset();
    await this.#backendTeardown;
    return controller.signal;
  }

  #release(backend: Backend | null): void {
    if (backend) this.#backendTeardown = this.#backendTeardown.then(() => backend.destroy()).catch(() => undefined);
  }

  async unload(): Promise<void> {
    await this.#resetLoad();
    this.config = this.#configSource = null;
    this.#queue = [];
    void this.#mediaSession?.then((session) => session.deactivate());
    this.transition('unload');
  }

  async destroy(): Promise<void> {
    await this.unload();
    this.#destroyController.abort();
  }

  // ── playback ───────────────────────────────────────────────────────────────────────────────────────────────────
  get paused(): boolean {
    return !this.playRequested && this.video.paused;
  }

  warm(): void {
    if (this.config && pickSource(this.config, platformOf(this.video))?.native === false)
      void shakaLibrary().catch(() => 0);
  }

  async play(): Promise<void> {
    if (!this.config) return;
    this.blocked = null;
    this.playRequested = true;
    this.meter?.onPlayRequested();
    if (this.state === 'ended') this.seek(this.config.start ?? 0);
    if (this.state === 'failed') this.transition('load');
    this.error = null;
    this.emit('state');
    const { signal } = this.#loadController;
    try {
      await this.#open();
    } catch (error) {
      if (!signal.aborted) this.fail(error);
      return;
    }
    if (signal.aborted || !this.playRequested) return;
    if (!(await tryPlay(this.video))) this.#setBlocked('play');
  }

  #setBlocked(what: AutoplayBlock): void {
    this.blocked = what;
    if (what === 'play') {
      this.playRequested = false;
      this.meter?.onPlayBlocked();
      this.emit('state');
    }
    this.emit('blocked');
  }

  /** @internal The user has unmuted. */
  onUnmuted(): void {
    if (this.blocked === 'sound') this.#setBlocked(null);
  }

  async #autoplay(muted: boolean): Promise<void> {
    const { signal } = this.#loadController;
    if (muted) this.video.muted = true;
    this.playRequested = true;
    await this.#open();
    if (signal.aborted || !this.playRequested) return;
    const block = await tryAutoplay(this.video, muted);
    if (block) this.#setBlocked(block);
  }

  pause(): void {
    this.playRequested = false;
    this.video.pause();
    this.emit('state');
  }

  seek(seconds: number): void {
    if (!Number.isFinite(seconds)) return;
    const to = clampToSeekable(seconds, this.live, this.duration);
    if (this.video.readyState >= HTMLMediaElement.HAVE_METADATA) this.video.currentTime = to;
    else this.#resumePosition = to;
  }

  async next(): Promise<void> {
    const [item, ...rest] = this.#queue;
    if (!item || !this.config) return;
    await this.#loadItem(isElsewhere(item) ? item.src : inherit(item, this.config), rest, true);
  }

  get upcoming(): Upcoming | null {
    return upcomingOf(this.#queue[0]);
  }

  /** @internal The end of the media or of the configured clip. */
  onEnded(): void {
    if (this.config?.loop) {
      this.seek(this.config.start ?? 0);
      void tryPlay(this.video);
      return;
    }
    this.playRequested = false;
    this.meter?.onEnded(this.duration);
    this.transition('end');
    this.emit('ended');
    if (!this.upcoming) return;
    const nextEvent = new CustomEvent('next', { detail: this.upcoming, cancelable: true });
    if (this.dispatchEvent(nextEvent)) void this.next();
  }

  /** @internal Frames advance: resets the failure count. */
  onTimeAdvanced(): void {
    this.recovery.onTimeAdvanced();
    const chapter = this.chapterAt(this.video.currentTime);
    if (chapter?.start === this.#chapter?.start) return;
    this.#chapter = chapter;
    this.emit('chapter', chapter);
  }

  get duration(): number {
    return durationOf(this.config, this.video.duration, !!this.backend);
  }

  get live(): Live {
    return this.backend?.live() ?? { ...NO_LIVE, isLive: this.config?.live ?? false };
  }

  goLive(): void {
    this.backend?.goLive();
    if (this.paused) void this.play();
  }

  setSpeed(speed: number): void {
    this.speed = this.video.defaultPlaybackRate = speed;
    if (this.backend) this.backend.setSpeed(speed);
    else this.video.playbackRate = speed;
    this.emit('state');
  }

  // ── tracks ─────────────────────────────────────────────────────────────────────────────────────────────────────
  get quality(): string {
    return this.#tracks.quality;
  }

  qualities = (): ReturnType<Tracks['qualities']> => this.#tracks.qualities();
  audios = (): ReturnType<Tracks['audios']> => this.#tracks.audios();
  texts = (): ReturnType<Tracks['texts']> => this.#tracks.texts();
  setQuality = (id: string): void => this.#tracks.setQuality(id);
  setAudio = (id: string): void => this.#tracks.setAudio(id);
  setText = (id: string | null): void => this.#tracks.setText(id);

  thumbnail(seconds: number): Promise<Tile | null> {
    return this.#thumbnails?.tileAt(seconds) ?? Promise.resolve(null);
  }

  thumbnailNow(seconds: number): Tile | null {
    return this.#thumbnails?.cachedTileAt(seconds) ?? null;
  }

  chapterAt(seconds: number): Chapter | null {
    return chapterAt(this.config?.chapters, seconds);
  }

  /** @internal Calls the Media Session integration, which is loaded when playback first begins. */
  withMediaSession(call: (session: MediaSessionKeys) => void, begin = false): void {
    if (begin) this.#mediaSession ??= import('./media-session').then(({ MediaSessionKeys: Keys }) => new Keys(this));
    void this.#mediaSession?.then(call).catch(() => undefined);
  }

  // ── events ─────────────────────────────────────────────────────────────────────────────────────────────────────
  /** @internal */
  transition(signal: StateEvent): void {
    const next = nextState(this.state, signal);
    if (next === this.state) return;
    this.state = next;
    this.withMediaSession((session) => session.update());
    this.emit('state');
  }

  /** @internal */
  emit(type: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
