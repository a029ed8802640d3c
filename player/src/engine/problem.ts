/** Converts a thrown value to a fault, and a fault to a message. Pure. */
import { ConfigError } from '../config/parse';
import type { Translate } from '../i18n';
import type { Fault } from './faults';
import type { Problem } from './types';

export const UNSUPPORTED: Fault = {
  code: 'unsupported',
  detail: 'no MSE',
  category: 'player',
  retryable: false,
};

/** Null for an invalid configuration: a retry cannot fix it. */
export function faultOf(error: unknown): Fault | null {
  if (error instanceof ConfigError) return null;
  if (typeof error === 'object' && error && 'retryable' in error) return error as Fault;
  // A chunk of the player could not be fetched.
  const isNetworkError = error instanceof TypeError;
  return {
    code: isNetworkError ? 'network' : 'player',
    detail: String(error).slice(0, 120),
    category: 'player',
    retryable: isNetworkError,
  };
}

export function problemOf(
  { code, detail, words }: Pick<Fault, 'code' | 'detail' | 'words'>,
  fatal: boolean,
  translate: Translate,
  message = '',
): Problem {
  return {
    code,
    detail,
    fatal,
    message: translate(`error.${code}`, { message }),
    remedy: translate(`error.${code}.remedy`),
    ...words,
  };
}
