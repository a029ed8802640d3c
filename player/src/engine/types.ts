/** The engine's public face: what skins, the television app and pages may rely on. */
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
}
/** A tile of a sheet of thumbnails, in pixels of the sheet. */
export interface Tile {
  url: string;
  x: number;
  y: number;
  width: number;
  height: number;
}
/** Times in seconds of the media's timeline; `latency` is how far behind the edge the viewer is. */
export interface Live {
  isLive: boolean;
  edge: number;
  start: number;
  latency: number;
}
/** `message` says what happened, `remedy` what to do; `detail` is for whoever is asked for help. */
export interface Problem {
  code: string;
  message: string;
  remedy: string;
  fatal: boolean;
  detail: string;
}
/** What comes next: shown on the card before it starts. */
export interface Upcoming {
  title: string | null;
  poster: string | null;
}

export interface LicenceRequest {
  url: string;
  headers: Record<string, string>;
  body: ArrayBuffer | ArrayBufferView | null;
}
/** Changes a licence request before it is sent: puts the token in, wraps the body. */
export type LicenceHook = (request: LicenceRequest, config: PlayerConfig) => void | Promise<void>;

export interface EngineOptions {
  /** False sends neither telemetry nor CMCD, whatever the configuration says. */
  telemetry?: boolean;
  /** Headers for requests to the server the configuration came from: `Authorization`, `X-CSRF-Token`. */
  headers?: () => Record<string, string>;
  licence?: LicenceHook;
  /** Captions are drawn into this element; without it the browser draws them itself. */
  captions?: HTMLElement;
  /** Named in telemetry. */
  skin?: string;
  /** Wins over the configuration's language. */
  language?: string;
}

/**
 * Events: `state`, `tracks`, `error`, `chapter`, `ended`, `next` (cancelable: cancel it to say yourself when, with
 * `next()`), `config` (a configuration is there), `blocked` (the browser wants a gesture first).
 */
export interface Engine extends EventTarget {
  readonly video: HTMLMediaElement;
  readonly config: PlayerConfig | null;
  readonly state: State;
  readonly error: Problem | null;
  /** Nobody has asked to play, or has asked to stop. */
  readonly paused: boolean;
  /** Autoplay was refused: it plays without sound, or not at all. */
  readonly blocked: 'sound' | 'play' | null;
  readonly live: Live;
  /** Seconds; the configuration's until the media is known, NaN while it grows or is live. */
  readonly duration: number;
  readonly upcoming: Upcoming | null;
  load(config: PlayerConfig | string): Promise<void>;
  unload(): Promise<void>;
  destroy(): Promise<void>;
  retry(): Promise<void>;
  /** Fetches what playing will need: for the moment somebody points at the player. */
  warm(): void;
  play(): Promise<void>;
  pause(): void;
  seek(seconds: number): void;
  next(): Promise<void>;
  qualities(): Quality[];
  /** What was chosen: an id, or "auto". */
  readonly quality: string;
  setQuality(id: string): void;
  audios(): Audio[];
  setAudio(id: string): void;
  texts(): Text[];
  setText(id: string | null): void;
  thumbnail(seconds: number): Promise<Tile | null>;
  /** The same, at once: null until the sheet's index has been read. */
  thumbnailNow(seconds: number): Tile | null;
  chapterAt(seconds: number): Chapter | null;
  goLive(): void;
  /** What was chosen; the media element's own rate is 0 while it buffers. */
  readonly speed: number;
  setSpeed(speed: number): void;
}
