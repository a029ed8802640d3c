/**
 * Quality-of-experience events in batches: start-up time, rebuffering, quality switches, errors, watched ranges. The
 * session id is random per load and does not identify the viewer.
 */
import type { TelemetryReport } from '../../../web_ui/shared/viewerApi';
import type { EngineOptions } from './types';
import type { WatchedRange } from './watched-ranges';

export type QoeEvent =
  | { type: 'attempt' }
  | { type: 'exit'; waited_ms: number }
  | { type: 'start'; startup_ms: number }
  | { type: 'rebuffer'; duration_ms: number; position_s: number }
  | { type: 'switch'; from_kbps: number; to_kbps: number; height: number; position_s: number }
  | { type: 'error'; code: string; category: string; fatal: boolean; started: boolean }
  | ({ type: 'watched' } & WatchedRange)
  | { type: 'end' };

export interface SessionInfo {
  session: string;
  content: string | null;
  media: string | null;
  skin: NonNullable<EngineOptions['skin']> | 'none';
  engine: string;
}
type SendBatch = (url: string, body: string) => boolean;

const MAX_BATCH = 20;
const FLUSH_INTERVAL_MS = 15_000;

export const sendBeacon: SendBatch = (url, body) => navigator.sendBeacon(url, new Blob([body], { type: 'text/plain' }));

export class Telemetry {
  #events: (QoeEvent & { at_ms: number })[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #startedAt: number;
  #batch = 0;

  #url: string;
  #sessionInfo: () => SessionInfo;
  #sendBatch: SendBatch;
  #now: () => number;
  constructor(
    url: string,
    sessionInfo: () => SessionInfo,
    sendBatch: SendBatch = sendBeacon,
    now: () => number = () => performance.now(),
  ) {
    this.#url = url;
    this.#sessionInfo = sessionInfo;
    this.#sendBatch = sendBatch;
    this.#now = now;

    this.#startedAt = this.#now();
  }

  add(event: QoeEvent): void {
    this.#events.push({ ...event, at_ms: Math.round(this.#now() - this.#startedAt) });
    if (this.#events.length >= MAX_BATCH) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_INTERVAL_MS);
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#events.length === 0) return;
    const events = this.#events.splice(0);
    // The browser's beacon queue may be full: keep the newest events for the next batch.
    const report: TelemetryReport = { ...this.#sessionInfo(), batch: this.#batch++, events };
    if (!this.#sendBatch(this.#url, JSON.stringify(report))) this.#events = events.slice(-MAX_BATCH + 1);
  }
}
