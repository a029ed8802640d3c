/** What plays: Shaka Player where there is Media Source Extensions or FairPlay, else the browser itself. */
import type { PlayerConfig } from '../config/config';
import type { Fault } from './faults';
import { ShakaBackend } from './shaka-backend';
import type { Source } from './source';
import type { Audio, EngineOptions, Live, Quality, Text } from './types';

/** Where a backend tells what happens. */
export interface BackendEvents {
  onTracksChanged(): void;
  onFault(fault: Fault): void;
  onQualitySwitched(from_kbps: number, to_kbps: number, height: number): void;
}

export interface BackendContext {
  video: HTMLMediaElement;
  config: PlayerConfig;
  options: EngineOptions;
  sessionId: string;
  /** CMCD on requests. */
  telemetryAllowed: boolean;
  /** Headers for a request to this address. */
  headers: (url: string) => Record<string, string>;
  events: BackendEvents;
}

/** The browser's own is fetched when it is the one. */
export async function createBackend({ native }: Source, setting: BackendContext): Promise<Backend> {
  return native ? new (await import('./native-backend')).NativeBackend(setting) : ShakaBackend.create(setting);
}

export interface Backend {
  readonly name: string;
  /** Rejects with a Fault. */
  load(source: Source, startTime: number | null): Promise<void>;
  destroy(): Promise<void>;
  /** Ask again for what could not be had. */
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
