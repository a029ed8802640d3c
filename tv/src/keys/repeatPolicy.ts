// Handling of held keys. Television sets repeat about thirty times a second; repeats are throttled to an even pace,
// and seek steps grow the longer a key is held.

export const REPEAT_MS = 85;
const SEEK_STEPS: readonly [held: number, seconds: number][] = [
  [25, 120],
  [12, 60],
  [5, 30],
  [0, 10],
];

export interface RepeatState {
  key: string;
  at: number;
  count: number;
}
export const RELEASED: RepeatState = { key: '', at: 0, count: 0 };

/** The next state, and whether to handle this press. `now` in milliseconds. */
export function nextRepeatState(state: RepeatState, key: string, repeat: boolean, now: number): [RepeatState, boolean] {
  if (!repeat || state.key !== key) return [{ key, at: now, count: 0 }, true];
  if (now - state.at < REPEAT_MS) return [state, false];
  return [{ key, at: now, count: state.count + 1 }, true];
}

/** Seconds per press of left or right after `count` repeats. */
export function seekStep(count: number): number {
  return (SEEK_STEPS.find(([held]) => count >= held) ?? [0, 10])[1];
}
