/** Which parts were watched: a range begins when pictures advance and ends at a pause, a seek or the end. Pure. */
export interface WatchedRange {
  from_s: number;
  to_s: number;
}

/** Further than this between two looks is a jump. */
const MAX_STEP_S = 2;
const MIN_RANGE_S = 0.25;
const round = (seconds: number): number => Math.round(seconds * 10) / 10;

export class WatchedRanges {
  #start: number | null = null;
  #end = 0;

  /** Where the playhead is; the finished range when it has jumped. `speed` makes the steps longer. */
  advance(seconds: number, speed = 1): WatchedRange | null {
    const step = seconds - this.#end;
    if (this.#start !== null && step >= 0 && step <= MAX_STEP_S * Math.max(1, speed)) {
      this.#end = seconds;
      return null;
    }
    const range = this.close();
    this.#start = this.#end = seconds;
    return range;
  }

  /** The range so far; what follows begins a new one. */
  close(): WatchedRange | null {
    const range =
      this.#start !== null && this.#end - this.#start >= MIN_RANGE_S
        ? { from_s: round(this.#start), to_s: round(this.#end) }
        : null;
    this.#start = null;
    return range;
  }
}
