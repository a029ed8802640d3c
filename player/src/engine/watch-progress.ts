/** Saves the watch position on the server every ten seconds, on pause and when the page is left. */
import type { ProgressBody } from '../../../web_ui/shared/viewerApi';
import type { PlayerConfig } from '../config/config';

const SAVE_INTERVAL_S = 10;

export class WatchProgress {
  /** Where the ten seconds until the next save are counted from. */
  #countedFrom: number | null = null;
  #saved: number | null = null;

  #target: NonNullable<PlayerConfig['progress']>;
  #headers: (url: string) => Record<string, string>;
  #send: typeof fetch;
  #clock: () => Date;
  constructor(
    target: NonNullable<PlayerConfig['progress']>,
    headers: (url: string) => Record<string, string>,
    send: typeof fetch = (...a) => fetch(...a),
    clock: () => Date = () => new Date(),
  ) {
    this.#target = target;
    this.#headers = headers;
    this.#send = send;
    this.#clock = clock;
  }

  /** During playback. */
  onTimeUpdate(position: number, duration: number): void {
    this.#countedFrom ??= position;
    if (Math.abs(position - this.#countedFrom) >= SAVE_INTERVAL_S) this.save(position, duration);
  }

  save(position: number, duration: number): void {
    if (!Number.isFinite(duration) || duration <= 0 || this.#saved === position) return;
    this.#saved = this.#countedFrom = position;
    const round = (s: number): number => Math.round(s * 10) / 10;
    const report: ProgressBody = {
      content: this.#target.content,
      position_s: round(position),
      duration_s: round(duration),
      at: this.#clock().toISOString(),
    };
    void this.#send(this.#target.url, {
      method: 'PUT',
      keepalive: true,
      headers: { 'content-type': 'application/json', ...this.#headers(this.#target.url) },
      body: JSON.stringify(report),
    }).catch(() => undefined);
  }
}
