// The key that is down now. The application asks of every press whether it counts; the player how long it was held.
import { hold, RELEASED, type Held } from './repeat';

let state: Held = RELEASED;
export const held = {
  get count(): number {
    return state.count;
  },
  /** Whether this press counts. */
  take(event: { key: string; keyCode: number; repeat: boolean }, now: number): boolean {
    const [next, counts] = hold(state, `${event.key}/${event.keyCode}`, event.repeat, now);
    state = next;
    return counts;
  },
};
