// Signing in without typing a password: the OAuth 2.0 device authorization grant (RFC 8628). The set shows a code, the
// viewer allows it on a phone, and the set asks the server every `interval` seconds whether that has happened.
import type { Client } from '../api/client';
import { Problem } from '../api/client';
import type { DeviceCode } from '../api/types';
import { t } from '../i18n/index';

export const CLIENT_ID = 'otnet-tv';
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code';

export interface TokenResponse {
  access_token?: string;
  error?: string;
}
export type PollResult = { token: string } | { wait_s: number } | { failed: 'access_denied' | 'expired_token' };

/** What an answer of the token endpoint means (RFC 8628 section 3.5): slow_down adds five seconds, for good. */
export function interpretTokenResponse(answer: TokenResponse, status: number, interval_s: number): PollResult {
  if (status === 200 && answer.access_token) return { token: answer.access_token };
  if (answer.error === 'authorization_pending') return { wait_s: interval_s };
  if (answer.error === 'slow_down') return { wait_s: interval_s + 5 };
  if (answer.error === 'access_denied') return { failed: 'access_denied' };
  // An overloaded or restarting server is asked again, later each time, as section 3.5 says of time-outs.
  if (status === 0 || status >= 500 || status === 429) return { wait_s: interval_s * 2 };
  return { failed: 'expired_token' };
}

export async function requestDeviceCode(client: Client): Promise<DeviceCode> {
  const { status, body } = await client.form<DeviceCode>('/api/v1/auth/device', { client_id: CLIENT_ID });
  if (status !== 200) throw new Problem(status, 'no_code', t('pair.no_code'), t('error.remedy'));
  return body;
}

type Wait = (seconds: number, signal: AbortSignal) => Promise<void>;

/** Resolves with the token, or with why there will be none; stops without a word when `signal` is aborted. */
export async function pollForToken(
  client: Client,
  code: DeviceCode,
  signal: AbortSignal,
  wait: Wait = sleep,
): Promise<PollResult> {
  let interval = code.interval ?? 5;
  let remainingS = code.expires_in;
  while (remainingS > 0) {
    await wait(interval, signal);
    if (signal.aborted) break;
    remainingS -= interval;
    const { status, body } = await client
      .form<TokenResponse>('/api/v1/auth/token', {
        grant_type: GRANT_TYPE,
        device_code: code.device_code,
        client_id: CLIENT_ID,
      })
      .catch(() => ({ status: 0, body: {} as TokenResponse }));
    const next = interpretTokenResponse(body, status, interval);
    if (!('wait_s' in next)) return next;
    interval = next.wait_s;
  }
  return { failed: 'expired_token' };
}

const sleep: Wait = (seconds, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
