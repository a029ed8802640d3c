/** Which parts were watched: a range begins when pictures advance and ends at a pause, a seek or the end. Pure. */
export interface Range {
  from_s: number;
  to_s: number;
}

/** Further than this between two looks is a jump. */
const JUMP = 2;
const SHORTEST = 0.25;
const round = (seconds: number): number => Math.round(seconds * 10) / 10;

export class Watched {
  #from: number | null = null;
  #to = 0;

  /** Where the playhead is; the finished range when it has jumped. `speed` makes the steps longer. */
  at(seconds: number, speed = 1): Range | null {
    const step = seconds - this.#to;
    if (this.#from !== null && step >= 0 && step <= JUMP * Math.max(1, speed)) {
      this.#to = seconds;
      return null;
    }
    const range = this.close();
    this.#from = this.#to = seconds;
    return range;
  }

  /** The range so far; what follows begins a new one. */
  close(): Range | null {
    const range =
      this.#from !== null && this.#to - this.#from >= SHORTEST ? { from_s: round(this.#from), to_s: round(this.#to) } : null;
    this.#from = null;
    return range;
  }
}
