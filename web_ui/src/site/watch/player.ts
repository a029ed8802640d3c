/** The player's API as used by this site. The web component is served by the server and loaded on demand. */
const PLAYER = '/player/v1/otnet-player.js';

export interface Chapter {
  start: number;
  end?: number | null;
  title: string;
}
export interface Engine extends EventTarget {
  readonly video: HTMLMediaElement;
  readonly config: {
    id?: string;
    title?: string;
    chapters?: Chapter[];
    next?: { src: string; title?: string } | null;
    sources?: { dash?: string };
  } | null;
  /** In seconds of the media element's time line. */
  readonly live: { isLive: boolean; start: number; edge: number; latency: number };
  readonly state: string;
  /** The title that plays next. */
  readonly upcoming: { title: string | null } | null;
  readonly error: { code: string; message: string; remedy: string } | null;
  seek(seconds: number): void;
  play(): Promise<void>;
  goLive(): void;
}
export interface PlayerElement extends HTMLElement {
  readonly engine?: Engine | null;
  /** Headers for the player's requests on behalf of the viewer. */
  headers?: () => Record<string, string>;
}

/** The values of `<main data-state>` on the watch page. */
export type WatchState = 'loading' | 'playing' | 'failed';
export function watchState(engine: string): WatchState {
  if (engine === 'failed') return 'failed';
  return engine === 'idle' || engine === 'loading' ? 'loading' : 'playing';
}

let playerModule: Promise<unknown> | null = null;

/** Imports the component once; a failed import can be retried. */
export function loadPlayer(): Promise<unknown> {
  playerModule ??= import(/* @vite-ignore */ new URL(PLAYER, location.href).href).catch((error: unknown) => {
    playerModule = null;
    throw error;
  });
  return playerModule;
}

/** The content id in a playback URL. */
export const contentIdOf = (src: string | undefined): string | null => {
  const match = /\/playback\/([^/?#]+)/.exec(src ?? '');
  return match?.[1] ? decodeURIComponent(match[1]) : null;
};
