/** Loads Shaka Player on first use, once per page. */
import type shakaType from 'shaka-player/dist/shaka-player.compiled-es2021.js';

export type Shaka = typeof shakaType;
let library: Promise<Shaka> | null = null;

export function shakaLibrary(): Promise<Shaka> {
  library ??= import('shaka-player/dist/shaka-player.compiled-es2021.js').then(
    ({ default: shaka }) => {
      shaka.polyfill.installAll();
      return shaka;
    },
    (error: unknown) => {
      library = null; // a lost connection is not the end: the next play fetches it again
      throw error;
    },
  );
  return library;
}
