/** Media Session (W3C): lock screen, headset keys and media hub control the player that plays. */
import type { Engine } from './types';

const STEP_S = 10;

function setActionHandlers(actions: Partial<Record<MediaSessionAction, MediaSessionActionHandler | null>>): void {
  for (const [action, handler] of Object.entries(actions)) {
    try {
      navigator.mediaSession.setActionHandler(action as MediaSessionAction, handler);
    } catch {
      /** the browser does not support this action */
    }
  }
}

export class MediaSessionKeys {
  static #active: MediaSessionKeys | null = null;

  #engine: Engine;
  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Registers this player's action handlers and metadata. */
  activate(): void {
    const session = navigator.mediaSession as MediaSession | undefined;
    const engine = this.#engine;
    const config = engine.config;
    if (!session || !config) return;
    MediaSessionKeys.#active = this;
    const artwork = config.artwork ?? (config.poster ? [{ src: config.poster }] : []);
    session.metadata = new MediaMetadata({ title: config.title ?? '', artist: config.subtitle ?? '', artwork });
    const seekBy = (sign: number) => (details: MediaSessionActionDetails) =>
      engine.seek(engine.video.currentTime + sign * (details.seekOffset ?? STEP_S));
    setActionHandlers({
      play: () => void engine.play(),
      pause: () => engine.pause(),
      seekbackward: seekBy(-1),
      seekforward: seekBy(1),
      seekto: (details) => engine.seek(details.seekTime ?? NaN),
      nexttrack: engine.upcoming ? () => void engine.next() : null,
    });
    this.update();
  }

  update(): void {
    if (MediaSessionKeys.#active !== this) return;
    const engine = this.#engine;
    const { duration } = engine;
    navigator.mediaSession.playbackState = engine.paused ? 'paused' : 'playing';
    // Without a finite duration there is no position state: clear that of the previous title.
    if (!Number.isFinite(duration) || duration <= 0) {
      navigator.mediaSession.setPositionState?.();
      return;
    }
    const position = Math.min(engine.video.currentTime, duration);
    navigator.mediaSession.setPositionState?.({ duration, position, playbackRate: engine.video.playbackRate || 1 });
  }

  deactivate(): void {
    if (MediaSessionKeys.#active !== this) return;
    MediaSessionKeys.#active = null;
    setActionHandlers({
      play: null,
      pause: null,
      seekbackward: null,
      seekforward: null,
      seekto: null,
      nexttrack: null,
    });
    navigator.mediaSession.metadata = null;
    navigator.mediaSession.playbackState = 'none';
  }
}
