/** The engine's public API, for skins, the television app and pages. */
import type { Chapter, PlayerConfig } from '../config/config';

export type State = 'idle' | 'loading' | 'ready' | 'playing' | 'paused' | 'buffering' | 'ended' | 'failed' | 'offline';

export interface Quality {
  id: string;
  width: number;
  height: number;
  kbps: number;
  active: boolean;
}
export interface Audio {
  id: string;
  language: string;
  label: string;
  channels: number | null;
  active: boolean;
}
export interface Text {
  id: string;
  language: string;
  label: string;
  kind: 'subtitles' | 'captions';
  active: boolean;
  /** Shown unless the viewer has chosen otherwise. */
  default?: boolean;
}
/** A tile of a thumbnail sprite sheet, in pixels of the sheet. */
export interface Tile {
  url: string;
  x: number;
  y: number;
  width: number;
  height: number;
}
/** Times in seconds on the media timeline. `latency` is the distance to the live edge. */
export interface Live {
  isLive: boolean;
  edge: number;
  start: number;
  latency: number;
}
/** `message` says what happened and `remedy` what to do; `detail` is for support. */
export interface Problem {
  code: string;
  message: string;
  remedy: string;
  fatal: boolean;
  detail: string;
}
/** The next title, as the up-next card shows it. */
export interface Upcoming {
  title: string | null;
  poster: string | null;
}

export interface LicenceRequest {
  url: string;
  headers: Record<string, string>;
  body: ArrayBuffer | ArrayBufferView | null;
}
/** Modifies a licence request before it is sent: adds a token, wraps the body. */
export type LicenceHook = (request: LicenceRequest, config: PlayerConfig) => void | Promise<void>;

export interface EngineOptions {
  /** False disables telemetry and CMCD regardless of the configuration. */
  telemetry?: boolean;
  /** Headers for requests to the server of the configuration: `Authorization`, `X-CSRF-Token`. */
  headers?: () => Record<string, string>;
  /** Requests configurations, for example from those that were requested before. By default, `fetch`. */
  fetchConfig?: (url: string, init: RequestInit) => Promise<Response>;
  licence?: LicenceHook;
  /** Element to render captions into; without it the browser renders them. */
  captions?: HTMLElement;
  /** Reported in telemetry. */
  skin?: 'video' | 'audio' | 'circular' | 'square' | 'tv';
  /** Overrides the configuration's language. */
  language?: string;
}

/**
 * Events: `state`, `tracks`, `error`, `chapter`, `ended`, `next` (cancelable; call `next()` later to continue),
 * `config` (a configuration was applied), `blocked` (the browser requires a user gesture).
 */
export interface Engine extends EventTarget {
  readonly video: HTMLMediaElement;
  readonly config: PlayerConfig | null;
  readonly state: State;
  readonly error: Problem | null;
  /** Playback is not requested. */
  readonly paused: boolean;
  /** What the autoplay policy blocked: sound, or playback. */
  readonly blocked: 'sound' | 'play' | null;
  readonly live: Live;
  /** Seconds. The configuration's until the media is loaded; NaN while the timeline grows or is live. */
  readonly duration: number;
  readonly upcoming: Upcoming | null;
  load(config: PlayerConfig | string): Promise<void>;
  unload(): Promise<void>;
  destroy(): Promise<void>;
  retry(): Promise<void>;
  /** Preloads what playback needs; called when the user points at the player. */
  warm(): void;
  play(): Promise<void>;
  pause(): void;
  seek(seconds: number): void;
  next(): Promise<void>;
  qualities(): Quality[];
  /** The selected quality: an id, or "auto". */
  readonly quality: string;
  setQuality(id: string): void;
  audios(): Audio[];
  setAudio(id: string): void;
  texts(): Text[];
  setText(id: string | null): void;
  thumbnail(seconds: number): Promise<Tile | null>;
  /** Synchronous variant: null until the index has been read. */
  thumbnailNow(seconds: number): Tile | null;
  chapterAt(seconds: number): Chapter | null;
  goLive(): void;
  /** The selected rate. The media element's own is 0 while it buffers. */
  readonly speed: number;
  setSpeed(speed: number): void;
}
