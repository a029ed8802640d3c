/**
 * The engine: takes a configuration, plays it on a media element and says what happens. It draws nothing.
 *
 * Nothing is fetched before it is needed: with `preload: "none"` the manifest and Shaka Player wait for `play()`. A
 * failure is either waited out (`patience.ts`) or becomes `error` and the state `failed`; `load` never rejects.
 */
import type { Chapter, PlayerConfig } from '../config/config';
import { ConfigError } from '../config/parse';
import { type Say, sayEnglish } from '../i18n';
import { type Backend, backendFor, type Setting } from './backend';
import { chapterAt } from './chapters';
import type { Fault } from './faults';
import { shakaLibrary } from './shaka-library';
import { Meter, wanted } from './playback-meter';
import { randomId } from './telemetry';
import { begin, press, type Withheld } from './autoplay';
import { faultOf, problemOf, UNSUPPORTED } from './problem';
import { inherit, isElsewhere, type Item, queueAfter, upcomingOf } from './queue';
import { isOwn, readConfig } from './read-config';
import { Recovery } from './recovery';
import type { Session } from './media-session';
import { Sheets } from './lazy-thumbnails';
import { pickSource, platformOf } from './source';
import { step, type Signal } from './states';
import { beginning, durationOf, within } from './timeline';
import { Tracks } from './tracks';
import type { Engine, EngineOptions, Live, Problem, State, Tile, Upcoming } from './types';
import { watch } from './media-events';

const NO_LIVE: Live = { isLive: false, edge: 0, start: 0, latency: 0 };

export class OTNetEngine extends EventTarget implements Engine {
  config: PlayerConfig | null = null;
  state: State = 'idle';
  error: Problem | null = null;
  blocked: Withheld = null;
  speed = 1;
  /** @internal */
  meter: Meter | null = null;
  /** @internal Playing was asked for and not taken back. */
  wants = false;
  /** @internal */
  say: Say = sayEnglish;
  /** @internal */
  backend: Backend | null = null;
  /** @internal */
  readonly recovery = new Recovery(this);

  #opening: Promise<void> | null = null;
  #turn = new AbortController();
  #gone = new AbortController();
  #given: PlayerConfig | string | null = null;
  #base = document.baseURI;
  #queue: Item[] = [];
  #from: number | null = null;
  #sheets: Sheets | null = null;
  #session: Promise<Session> | null = null;
  /** The media element has one owner at a time: the next waits until the last has let go. */
  #leaving: Promise<unknown> = Promise.resolve();
  #chapter: Chapter | null = null;
  #tracks = new Tracks(
    () => this.backend,
    () => this.emit('tracks'),
  );

  constructor(
    readonly video: HTMLMediaElement,
    private options: EngineOptions = {},
  ) {
    super();
    watch(this, this.#gone.signal);
  }

  // ── loading ────────────────────────────────────────────────────────────────────────────────────────────────────
  load(given: PlayerConfig | string): Promise<void> {
    return this.#take(given, []);
  }

  async #take(given: PlayerConfig | string, rest: readonly Item[], play = false): Promise<void> {
    const signal = await this.#clear();
    if (signal.aborted) return;
    this.#given = given;
    this.signal('load');
    try {
      const read = await this.recovery.opening(signal, () =>
        readConfig(given, this.options.language, (url) => this.#headers(url), signal),
      );
      if (signal.aborted || !read) return;
      this.#adopt(read.config, read.base, read.say, rest);
      const { autoplay = false, preload = 'none' } = read.config;
      if (play) await this.play();
      else if (autoplay) await this.#autoplay(autoplay === 'muted');
      else if (preload !== 'none') await this.#open();
      else this.signal('loaded');
    } catch (error) {
      if (!signal.aborted) this.fail(error);
    }
  }

  #adopt(config: PlayerConfig, base: string, say: Say, rest: readonly Item[]): void {
    this.config = config;
    this.#base = base;
    this.say = say;
    this.#queue = queueAfter(config, rest);
    this.#from = null;
    this.#tracks.quality = 'auto';
    this.#sheets = new Sheets(config.thumbnails, (url) => this.#headers(url));
    const { video } = this;
    if (config.volume !== undefined) video.volume = config.volume;
    if (config.muted !== undefined) video.muted = config.muted;
    if (config.speed) this.setSpeed(config.speed);
    video.loop = !!config.loop && !config.start && config.end == null;
    this.emit('config');
    this.emit('tracks');
  }

  #open(): Promise<void> {
    this.#opening ??= this.#start(this.#turn.signal);
    return this.#opening;
  }

  async #start(signal: AbortSignal): Promise<void> {
    const config = this.config!;
    const source = pickSource(config, platformOf(this.video));
    if (!source) throw UNSUPPORTED;
    if (this.state !== 'loading') this.signal('load');
    await this.#leaving;
    const setting: Setting = {
      video: this.video,
      config,
      options: this.options,
      session: randomId(),
      measured: wanted(config, this.options.telemetry),
      headers: (url: string) => this.#headers(url),
      outlets: {
        tracks: () => this.emit('tracks'),
        fault: (fault: Fault) => void this.recovery.playing(fault, signal),
        switched: (a: number, b: number, height: number) => this.meter?.switched(a, b, height),
      },
    };
    await this.recovery.opening(signal, async () => {
      const backend = await backendFor(source, setting);
      if (signal.aborted) return backend.destroy();
      this.backend = backend;
      if (!this.meter) {
        this.meter = new Meter(setting, backend.name, this.#base);
        if (this.wants) this.meter.ask();
      }
      try {
        await backend.load(source, this.#from ?? beginning(config));
      } catch (error) {
        this.backend = null;
        await backend.destroy();
        throw error;
      }
    });
    if (signal.aborted) return;
    if (this.speed !== 1) this.setSpeed(this.speed);
    this.#tracks.begin(config);
    this.signal('loaded');
    this.recovery.opened(signal);
  }

  // ── failing ────────────────────────────────────────────────────────────────────────────────────────────────────
  /** @internal */
  fail(error: unknown): void {
    const fault = faultOf(error) ?? { code: 'bad_config', detail: '', category: 'player' };
    const message = error instanceof ConfigError ? error.message : '';
    if (message) console.error(message);
    // A live programme goes on where it will be then.
    this.#from = this.live.isLive ? null : this.video.currentTime || this.#from;
    this.error = problemOf(fault, true, this.say, message);
    this.meter?.failed(fault.code, fault.category, true);
    this.meter?.leaves(this.duration);
    this.#opening = null;
    this.#turn.abort();
    this.#turn = new AbortController();
    this.#let(this.backend);
    this.backend = null;
    this.signal('fail');
    this.emit('error');
  }

  async retry(): Promise<void> {
    if (!this.config) return this.#given === null ? undefined : this.#take(this.#given, this.#queue, this.wants);
    this.error = null;
    this.recovery.reset();
    this.signal('load');
    await this.play();
  }

  // ── leaving ────────────────────────────────────────────────────────────────────────────────────────────────────
  async #clear(): Promise<AbortSignal> {
    this.#turn.abort();
    const turn = new AbortController();
    this.#turn = turn;
    this.#let(this.backend);
    this.meter?.leaves(this.duration);
    this.meter = null;
    this.backend = this.#opening = this.error = this.blocked = this.#chapter = this.#sheets = null;
    this.wants = false;
    this.recovery.reset();
    await this.#leaving;
    return turn.signal;
  }

  #let(backend: Backend | null): void {
    if (backend) this.#leaving = this.#leaving.then(() => backend.destroy()).catch(() => undefined);
  }

  async unload(): Promise<void> {
    await this.#clear();
    this.config = this.#given = null;
    this.#queue = [];
    void this.#session?.then((session) => session.drop());
    this.signal('unload');
  }

  async destroy(): Promise<void> {
    await this.unload();
    this.#gone.abort();
  }

  // ── playing ────────────────────────────────────────────────────────────────────────────────────────────────────
  get paused(): boolean {
    return !this.wants && this.video.paused;
  }

  warm(): void {
    if (this.config && pickSource(this.config, platformOf(this.video))?.native === false)
      void shakaLibrary().catch(() => 0);
  }

  async play(): Promise<void> {
    if (!this.config) return;
    this.blocked = null;
    this.wants = true;
    this.meter?.ask();
    if (this.state === 'ended') this.seek(this.config.start ?? 0);
    if (this.state === 'failed') this.signal('load');
    this.error = null;
    this.emit('state');
    const { signal } = this.#turn;
    try {
      await this.#open();
    } catch (error) {
      if (!signal.aborted) this.fail(error);
      return;
    }
    if (signal.aborted || !this.wants) return;
    if (!(await press(this.video))) this.#block('play');
  }

  #block(what: Withheld): void {
    this.blocked = what;
    if (what === 'play') {
      this.wants = false;
      this.emit('state');
    }
    this.emit('blocked');
  }

  /** @internal Sound was switched on. */
  heard(): void {
    if (this.blocked === 'sound') this.#block(null);
  }

  async #autoplay(muted: boolean): Promise<void> {
    const { signal } = this.#turn;
    if (muted) this.video.muted = true;
    this.wants = true;
    await this.#open();
    if (signal.aborted || !this.wants) return;
    const withheld = await begin(this.video, muted);
    if (withheld) this.#block(withheld);
  }

  pause(): void {
    this.wants = false;
    this.video.pause();
    this.emit('state');
  }

  seek(seconds: number): void {
    if (!Number.isFinite(seconds)) return;
    const to = within(seconds, this.live, this.duration);
    if (this.video.readyState >= HTMLMediaElement.HAVE_METADATA) this.video.currentTime = to;
    else this.#from = to;
  }

  async next(): Promise<void> {
    const [item, ...rest] = this.#queue;
    if (!item || !this.config) return;
    await this.#take(isElsewhere(item) ? item.src : inherit(item, this.config), rest, true);
  }

  get upcoming(): Upcoming | null {
    return upcomingOf(this.#queue[0]);
  }

  /** @internal The end of the media, or the configuration's. */
  finish(): void {
    if (this.config?.loop) {
      this.seek(this.config.start ?? 0);
      void press(this.video);
      return;
    }
    this.wants = false;
    this.meter?.ends(this.duration);
    this.signal('end');
    this.emit('ended');
    if (!this.upcoming) return;
    const offer = new CustomEvent('next', { detail: this.upcoming, cancelable: true });
    if (this.dispatchEvent(offer)) void this.next();
  }

  /** @internal Pictures advance: failures before are forgotten. */
  advances(): void {
    this.recovery.advances();
    const now = this.chapterAt(this.video.currentTime);
    if (now?.start === this.#chapter?.start) return;
    this.#chapter = now;
    this.emit('chapter', now);
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
    return this.#sheets?.at(seconds) ?? Promise.resolve(null);
  }

  thumbnailNow(seconds: number): Tile | null {
    return this.#sheets?.now(seconds) ?? null;
  }

  chapterAt(seconds: number): Chapter | null {
    return chapterAt(this.config?.chapters, seconds);
  }

  /** @internal The browser's own media keys, once something plays. */
  media(call: (session: Session) => void, begin = false): void {
    if (begin) this.#session ??= import('./media-session').then(({ Session: Keys }) => new Keys(this));
    void this.#session?.then(call).catch(() => undefined);
  }

  // ── telling ────────────────────────────────────────────────────────────────────────────────────────────────────
  /** @internal */
  signal(signal: Signal): void {
    const next = step(this.state, signal);
    if (next === this.state) return;
    this.state = next;
    this.media((session) => session.show());
    this.emit('state');
  }

  /** @internal */
  emit(type: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #headers(url: string): Record<string, string> {
    return (isOwn(url, this.#given, this.#base) && this.options.headers?.()) || {};
  }
}
