/** After a failure: ask again, when, or give up. Pure. */
import type { Fault } from './faults';

export type Verdict = { wait: number } | 'online' | 'give up';

/** A server that encodes on demand may say “not yet” for a while. */
const NOT_YET_ROUNDS = 20;
const NOT_YET_WAIT = 5;
/** Seconds; each comes after the backend's own attempts. */
const NETWORK_WAITS = [1, 3, 8];

/** `round` counts failures since pictures last advanced, from 0. */
export function patience(fault: Fault, round: number, online: boolean): Verdict {
  if (!online && (fault.again || fault.category === 'network')) return 'online';
  if (!fault.again) return 'give up';
  if (fault.code === 'not_yet') return round < NOT_YET_ROUNDS ? { wait: fault.wait ?? NOT_YET_WAIT } : 'give up';
  const wait = NETWORK_WAITS[round];
  return wait === undefined ? 'give up' : { wait };
}

/** Waits as the verdict says. Ends at once, with false, when `signal` aborts. */
export function waiting(verdict: Exclude<Verdict, 'give up'>, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (whole: boolean) => () => {
      clearTimeout(timer);
      removeEventListener('online', ok);
      signal.removeEventListener('abort', stop);
      resolve(whole);
    };
    const ok = done(true);
    const stop = done(false);
    const timer = verdict === 'online' ? undefined : setTimeout(ok, verdict.wait * 1000);
    // Coming back online is a reason not to wait any longer, whatever was waited for.
    addEventListener('online', ok);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
}
