/** Decides after a failure whether and when to retry. Pure except for `waitForRetry`. */
import type { Fault } from './faults';

export type RetryDecision = { waitS: number } | 'online' | 'give up';

/** A server that encodes on demand, or that prepares a new channel, may answer 503 for some minutes. */
const NOT_READY_ATTEMPTS = 200;
const NOT_READY_WAIT_S = 5;
/** Delays in seconds, in addition to the backend's own attempts. */
const NETWORK_WAITS_S = [1, 3, 8];

/** `attempt` counts failures since frames last advanced, from 0. */
export function retryPolicy(fault: Fault, attempt: number, online: boolean): RetryDecision {
  if (!online && (fault.retryable || fault.category === 'network')) return 'online';
  if (!fault.retryable) return 'give up';
  if (fault.code === 'not_yet')
    return attempt < NOT_READY_ATTEMPTS ? { waitS: fault.retryAfterS || NOT_READY_WAIT_S } : 'give up';
  const wait = NETWORK_WAITS_S[attempt];
  return wait === undefined ? 'give up' : { waitS: wait };
}

/** Waits as decided. Resolves with false as soon as `signal` aborts. */
export function waitForRetry(decision: Exclude<RetryDecision, 'give up'>, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (elapsed: boolean) => () => {
      clearTimeout(timer);
      removeEventListener('online', onElapsed);
      signal.removeEventListener('abort', onAbort);
      resolve(elapsed);
    };
    const onElapsed = finish(true);
    const onAbort = finish(false);
    const timer = decision === 'online' ? undefined : setTimeout(onElapsed, decision.waitS * 1000);
    // Being online again ends every wait.
    addEventListener('online', onElapsed);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
}
