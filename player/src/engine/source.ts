/** Which manifest, and who plays it. Pure. */
import type { PlayerConfig } from '../config/config';

export interface Platform {
  /** Media Source Extensions, managed or not. */
  mse: boolean;
  /** The media element itself plays HLS. */
  nativeHls: boolean;
  /** Safari and everything on an iPhone: HLS is what their decoders and DRM are made for. */
  apple: boolean;
}
export interface Source {
  url: string;
  type: 'dash' | 'hls';
  native: boolean;
}

export function pickSource(config: PlayerConfig, platform: Platform): Source | null {
  const { hls } = config.sources;
  // FairPlay, too, needs the browser's own HLS, but Shaka drives it there: it is Shaka that asks for licences.
  const systems = Object.keys(config.drm?.servers ?? {});
  const fairplay = platform.apple && systems.some((name) => name.startsWith('com.apple.fps'));
  if (!platform.mse && !fairplay) return hls && platform.nativeHls ? { url: hls, type: 'hls', native: true } : null;
  const order = platform.apple ? (['hls', 'dash'] as const) : (['dash', 'hls'] as const);
  for (const type of order) {
    const url = config.sources[type];
    if (url) return { url, type, native: false };
  }
  return null;
}

export function platformOf(video: HTMLMediaElement): Platform {
  return {
    mse: 'MediaSource' in globalThis || 'ManagedMediaSource' in globalThis,
    nativeHls: video.canPlayType('application/vnd.apple.mpegurl') !== '',
    apple: /apple/i.test(navigator.vendor ?? ''),
  };
}
