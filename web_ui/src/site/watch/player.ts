/**
 * The player, as far as this site knows it: a web component that the server serves beside the site and that is loaded
 * when somebody wants to watch. It says by events what it does; nothing else of it is touched.
 */
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
  } | null;
  readonly state: string;
  readonly error: { code: string; message: string; remedy: string } | null;
  seek(seconds: number): void;
  play(): Promise<void>;
}
export interface PlayerElement extends HTMLElement {
  readonly engine?: Engine | null;
  /** Sent with what the player tells the server about the viewer. */
  headers?: () => Record<string, string>;
}

/** What `<main data-state>` says for each of the player's states. */
export type WatchState = 'loading' | 'playing' | 'failed';
export function watchState(engine: string): WatchState {
  if (engine === 'failed') return 'failed';
  return engine === 'idle' || engine === 'loading' ? 'loading' : 'playing';
}

let playerModule: Promise<unknown> | null = null;

/** Loads the component once; a failed try may be tried again. */
export function loadPlayer(): Promise<unknown> {
  playerModule ??= import(/* @vite-ignore */ new URL(PLAYER, location.href).href).catch((error: unknown) => {
    playerModule = null;
    throw error;
  });
  return playerModule;
}

/** The id of the content after this one, from where its configuration is. */
export const contentIdOf = (src: string | undefined): string | null => {
  const match = /\/playback\/([^/?#]+)/.exec(src ?? '');
  return match?.[1] ? decodeURIComponent(match[1]) : null;
};
