/** Records which ranges were watched. A range ends at a pause, a seek, the end or a whole minute. Pure. */
export interface WatchedRange {
  from_s: number;
  to_s: number;
}

/** A larger difference between two calls is a seek. Seconds. */
const MAX_STEP_S = 2;
const MIN_RANGE_S = 0.25;
/** A longer range is reported in parts, so that little is lost when the page is closed without notice. */
const MAX_RANGE_S = 60;
const round = (seconds: number): number => Math.round(seconds * 10) / 10;

export class WatchedRanges {
  #start: number | null = null;
  #end = 0;

  /** Advances to a position. Returns the finished range if the position jumped. `speed` scales the allowed step. */
  advance(seconds: number, speed = 1): WatchedRange | null {
    const step = seconds - this.#end;
    if (this.#start !== null && step >= 0 && step <= MAX_STEP_S * Math.max(1, speed)) {
      this.#end = seconds;
      if (seconds - this.#start < MAX_RANGE_S) return null;
    }
    const range = this.close();
    this.#start = this.#end = seconds;
    return range;
  }

  /** Finishes and returns the current range. */
  close(): WatchedRange | null {
    const range =
      this.#start !== null && this.#end - this.#start >= MIN_RANGE_S
        ? { from_s: round(this.#start), to_s: round(this.#end) }
        : null;
    this.#start = null;
    return range;
  }
}
