/** The playback backends: Shaka Player where Media Source Extensions or FairPlay are available, else native HLS. */
import type { PlayerConfig } from '../config/config';
import type { Fault } from './faults';
import { ShakaBackend } from './shaka-backend';
import type { Source } from './source';
import type { Audio, EngineOptions, Live, Quality, Text } from './types';

/** Callbacks from a backend to the engine. */
export interface BackendEvents {
  onTracksChanged(): void;
  onFault(fault: Fault): void;
  onQualitySwitched(from_kbps: number, to_kbps: number, height: number): void;
}

export interface AuthorizedRequest {
  uris: string[];
  method: string;
  headers: Record<string, string>;
}

export interface BackendContext {
  video: HTMLMediaElement;
  config: PlayerConfig;
  options: EngineOptions;
  sessionId: string;
  /** Whether telemetry and CMCD (CTA-5004) may be sent. */
  telemetryAllowed: boolean;
  /** The current URL for one of the configuration or its manifests; it changes with the playback session. */
  currentUrl: (url: string) => Promise<string>;
  /** Adds the playback token, and a proof of possession, to a request for a licence, key or certificate. */
  authorize: (request: AuthorizedRequest, config: PlayerConfig) => Promise<void>;
  /** Request headers for a URL. */
  headers: (url: string) => Record<string, string>;
  events: BackendEvents;
}

/** The native backend is loaded only when it is used. */
export async function createBackend({ native }: Source, context: BackendContext): Promise<Backend> {
  return native ? new (await import('./native-backend')).NativeBackend(context) : ShakaBackend.create(context);
}

export interface Backend {
  readonly name: string;
  /** Rejects with a `Fault`. */
  load(source: Source, startTime: number | null): Promise<void>;
  destroy(): Promise<void>;
  /** Retries failed segment requests. */
  retryStreaming(): void;
  qualities(): Quality[];
  setQuality(id: string): void;
  audios(): Audio[];
  setAudio(id: string): void;
  texts(): Text[];
  setText(id: string | null): void;
  setSpeed(speed: number): void;
  live(): Live;
  goLive(): void;
}
