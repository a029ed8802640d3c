// Which channel is chosen: by up and down, or by its number. A press changes the choice at once; the channel is loaded
// after the last of several presses. Pure; the clock is given.

export const ZAP_DELAY_MS = 180;
/** A number is complete after this time, or with OK. */
export const DIGITS_MS = 1500;
const MAX_DIGITS = 3;

export class ChannelSelector {
  /** The digits that were pressed so far. */
  digits = '';
  private dueAt = Infinity;
  private digitsAt = 0;

  constructor(
    private numbers: readonly number[],
    public index: number,
  ) {}

  /** To the next (1) or the previous (-1) channel; after the last comes the first. */
  step(by: 1 | -1, now: number): void {
    this.digits = '';
    if (this.numbers.length < 2) return;
    this.index = this.neighbour(by);
    this.dueAt = now + ZAP_DELAY_MS;
  }

  neighbour(by: 1 | -1): number {
    return (this.index + by + this.numbers.length) % this.numbers.length;
  }

  pressDigit(digit: string, now: number): void {
    this.digits = (this.digits + digit).slice(0, MAX_DIGITS);
    this.digitsAt = now;
    if (this.digits.length === MAX_DIGITS) this.confirm(now);
  }

  /** Chooses the channel with the entered number, if there is one. */
  confirm(now: number): void {
    const index = this.numbers.indexOf(Number(this.digits));
    this.digits = '';
    if (index < 0 || index === this.index) return;
    this.index = index;
    this.dueAt = now;
  }

  /** Returns true once when the chosen channel has to be loaded. */
  tick(now: number): boolean {
    if (this.digits !== '' && now - this.digitsAt >= DIGITS_MS) this.confirm(now);
    if (now < this.dueAt) return false;
    this.dueAt = Infinity;
    return true;
  }

  /** Another list of channels; the chosen one stays chosen if it is in the list. */
  replace(numbers: readonly number[], index: number): void {
    this.numbers = numbers;
    this.index = Math.max(0, index);
  }
}
