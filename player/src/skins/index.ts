/** Each skin is loaded on demand. */
import type { Skin } from './skin';

export const SKINS: Record<string, () => Promise<Skin>> = {
  video: async () => (await import('./video')).video,
  audio: async () => (await import('./audio')).audio,
  circular: async () => (await import('./circular')).circular,
  square: async () => (await import('./square')).square,
};
