/**
 * Starts playback within the browser's autoplay policy, which may require a user gesture for sound or for any
 * playback.
 */
export type AutoplayBlock = 'sound' | 'play' | null;

/** Resolves with false if the browser requires a user gesture (NotAllowedError). */
export function tryPlay(video: HTMLMediaElement): Promise<boolean> {
  return video.play().then(
    () => true,
    (error: DOMException) => error.name !== 'NotAllowedError',
  );
}

/**
 * Starts playback without a user gesture: with sound if allowed, else muted. `muted` says that it is muted already.
 * Resolves with what the browser blocked.
 */
export async function tryAutoplay(video: HTMLMediaElement, muted: boolean): Promise<AutoplayBlock> {
  if (await tryPlay(video)) return muted ? 'sound' : null;
  if (video.muted) return 'play';
  video.muted = true;
  return (await tryPlay(video)) ? 'sound' : 'play';
}
