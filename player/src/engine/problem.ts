/** A failure as a fault of ours, and a fault in words. Pure. */
import { ConfigError } from '../config/parse';
import type { Say } from '../i18n';
import type { Fault } from './faults';
import type { Problem } from './types';

export const UNSUPPORTED: Fault = {
  code: 'unsupported',
  detail: 'no MSE',
  category: 'player',
  again: false,
  wait: null,
};

/** Null for a wrong configuration: asking again would not mend it. */
export function faultOf(error: unknown): Fault | null {
  if (error instanceof ConfigError) return null;
  if (typeof error === 'object' && error && 'again' in error) return error as Fault;
  // The player's own files could not be fetched.
  const lost = error instanceof TypeError;
  return {
    code: lost ? 'network' : 'player',
    detail: String(error).slice(0, 120),
    category: 'player',
    again: lost,
    wait: null,
  };
}

export function problemOf(
  { code, detail }: Pick<Fault, 'code' | 'detail'>,
  fatal: boolean,
  say: Say,
  message = '',
): Problem {
  return { code, detail, fatal, message: say(`error.${code}`, { message }), remedy: say(`error.${code}.remedy`) };
}
