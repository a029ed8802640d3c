/** Playing as far as the browser lets a page: it may want a gesture first, for sound or for anything at all. */
export type AutoplayBlock = 'sound' | 'play' | null;

/** False when the browser wants a gesture first. */
export function tryPlay(video: HTMLMediaElement): Promise<boolean> {
  return video.play().then(
    () => true,
    (error: DOMException) => error.name !== 'NotAllowedError',
  );
}

/** Begins unasked: with sound, else without; a `muted` one is so already. Says what the browser withholds. */
export async function tryAutoplay(video: HTMLMediaElement, muted: boolean): Promise<AutoplayBlock> {
  if (await tryPlay(video)) return muted ? 'sound' : null;
  if (video.muted) return 'play';
  video.muted = true;
  return (await tryPlay(video)) ? 'sound' : 'play';
}
