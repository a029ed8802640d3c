// The key that is held. The application filters repeats with it; the player reads how long the key has been held.
import { nextRepeatState, RELEASED, type RepeatState } from './repeatPolicy';

let state: RepeatState = RELEASED;
export const keyRepeat = {
  get count(): number {
    return state.count;
  },
  /** Whether to handle this key press. */
  accept(event: { key: string; keyCode: number; repeat: boolean }, now: number): boolean {
    const [next, counts] = nextRepeatState(state, `${event.key}/${event.keyCode}`, event.repeat, now);
    state = next;
    return counts;
  },
};
