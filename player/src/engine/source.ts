/** Selects the manifest and the backend. Pure. */
import type { PlayerConfig } from '../config/config';

export interface Platform {
  /** Media Source Extensions, or Managed Media Source. */
  mse: boolean;
  /** The media element plays HLS natively. */
  nativeHls: boolean;
  /** Safari, and every browser on iOS: prefer HLS. */
  apple: boolean;
}
export interface Source {
  url: string;
  type: 'dash' | 'hls';
  native: boolean;
}

export function pickSource(config: PlayerConfig, platform: Platform): Source | null {
  const { hls } = config.sources;
  // FairPlay needs native HLS too, but under Shaka's control, because Shaka sends the licence requests.
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
