/** Watch progress for the viewer's other devices: every ten seconds, at a pause, when the page is left. */
import type { PlayerConfig } from '../config/config';

const EVERY_S = 10;

export class Progress {
  #last: number | null = null;

  constructor(
    private to: NonNullable<PlayerConfig['progress']>,
    private headers: (url: string) => Record<string, string>,
    private fetcher: typeof fetch = (...a) => fetch(...a),
    private clock: () => Date = () => new Date(),
  ) {}

  /** While playing. */
  at(position: number, duration: number): void {
    if (this.#last === null) this.#last = position;
    else if (Math.abs(position - this.#last) >= EVERY_S) this.save(position, duration);
  }

  save(position: number, duration: number): void {
    if (!Number.isFinite(duration) || duration <= 0 || this.#last === position) return;
    this.#last = position;
    const round = (s: number): number => Math.round(s * 10) / 10;
    void this.fetcher(this.to.url, {
      method: 'PUT',
      keepalive: true,
      headers: { 'content-type': 'application/json', ...this.headers(this.to.url) },
      body: JSON.stringify({
        content: this.to.content,
        position_s: round(position),
        duration_s: round(duration),
        at: this.clock().toISOString(),
      }),
    }).catch(() => undefined);
  }
}
