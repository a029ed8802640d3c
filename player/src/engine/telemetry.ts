/**
 * Quality-of-experience events in batches: start-up time, rebuffering, quality switches, errors, watched ranges. The
 * session id is random per load and does not identify the viewer.
 */
import type { TelemetryReport } from '../../../web_ui/shared/viewerApi';
import type { EngineOptions } from './types';
import type { WatchedRange } from './watched-ranges';

export type QoeEvent =
  | { type: 'start'; startup_ms: number }
  | { type: 'rebuffer'; duration_ms: number; position_s: number }
  | { type: 'switch'; from_kbps: number; to_kbps: number; height: number; position_s: number }
  | { type: 'error'; code: string; category: string; fatal: boolean }
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

/**
 * A random UUID (RFC 9562, version 4). `crypto.randomUUID` is missing in insecure contexts, such as a home server
 * without TLS.
 */
export function randomId(): string {
  const digit = (c: string): string => {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    return (Number(c) ^ (byte & (15 >> (Number(c) / 4)))).toString(16);
  };
  return '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, digit);
}

/** The viewer's opt-out: Global Privacy Control or Do Not Track. */
export function isTelemetryRefused(browser: { globalPrivacyControl?: boolean; doNotTrack?: string | null }): boolean {
  return browser.globalPrivacyControl === true || browser.doNotTrack === '1';
}

export class Telemetry {
  #events: (QoeEvent & { at_ms: number })[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #startedAt: number;

  #url: string;
  #sessionInfo: SessionInfo;
  #sendBatch: SendBatch;
  #now: () => number;
  constructor(
    url: string,
    sessionInfo: SessionInfo,
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
    const report: TelemetryReport = { ...this.#sessionInfo, events };
    if (!this.#sendBatch(this.#url, JSON.stringify(report))) this.#events = events.slice(-MAX_BATCH + 1);
  }
}
