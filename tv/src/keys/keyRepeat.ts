// The key that is down now. The application asks of every press whether it counts; the player how long it was held.
import { nextRepeatState, RELEASED, type RepeatState } from './repeatPolicy';

let state: RepeatState = RELEASED;
export const keyRepeat = {
  get count(): number {
    return state.count;
  },
  /** Whether this press counts. */
  accept(event: { key: string; keyCode: number; repeat: boolean }, now: number): boolean {
    const [next, counts] = nextRepeatState(state, `${event.key}/${event.keyCode}`, event.repeat, now);
    state = next;
    return counts;
  },
};
