// The part of the `@otnet/player/engine` API that the app uses, so that tests can provide a fake.

export type State = 'idle' | 'loading' | 'ready' | 'playing' | 'paused' | 'buffering' | 'ended' | 'failed' | 'offline';
export interface Chapter {
  start: number;
  end?: number | null;
  title: string;
}
export interface Quality {
  id: string;
  height: number;
  kbps: number;
  active: boolean;
}
export interface Track {
  id: string;
  language: string;
  label: string;
  active: boolean;
}
export interface Tile {
  url: string;
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface Live {
  isLive: boolean;
  edge: number;
  start: number;
  latency: number;
}
export interface Fault {
  code: string;
  message: string;
  remedy: string;
  fatal: boolean;
}
export interface Config {
  id?: string;
  sources?: { dash?: string; hls?: string };
  title?: string;
  subtitle?: string;
  chapters?: Chapter[];
  markers?: { kind: 'intro' | 'recap' | 'credits'; start: number; end?: number | null }[];
  next?: { src?: string; title?: string; poster?: string } | null;
}

/** Events: `state`, `tracks`, `error`, `chapter`, `ended`, `next` (cancelable), `config`, `blocked`. */
export interface Engine extends EventTarget {
  readonly video: HTMLMediaElement;
  readonly config: Config | null;
  readonly state: State;
  readonly error: Fault | null;
  readonly live: Live;
  readonly duration?: number;
  readonly quality?: string;
  readonly speed?: number;
  load(config: string): Promise<void>;
  destroy(): Promise<void>;
  retry(): Promise<void>;
  play(): Promise<void>;
  pause(): void;
  seek(seconds: number): void;
  next?(): Promise<void>;
  qualities(): Quality[];
  setQuality(id: string): void;
  setSpeed?(times: number): void;
  audios(): Track[];
  setAudio(id: string): void;
  texts(): Track[];
  setText(id: string | null): void;
  thumbnail(seconds: number): Promise<Tile | null>;
  goLive(): void;
}
export interface EngineOptions {
  headers?: () => Record<string, string>;
  fetchConfig?: (url: string, init: RequestInit) => Promise<Response>;
  skin?: 'tv';
  language?: string;
}
export type CreateEngine = (video: HTMLMediaElement, options?: EngineOptions) => Engine;
