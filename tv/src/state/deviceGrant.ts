// OAuth 2.0 device authorization grant (RFC 8628): the set shows a code, the viewer approves it on a phone, and the
// set polls the token endpoint every `interval` seconds.
import type { Client } from '../api/client';
import { Problem } from '../../../web_ui/shared/problem';
import type { DeviceAuthorization } from '../../../web_ui/shared/viewerApi';
import { t } from '../i18n/index';

export const CLIENT_ID = 'otnet-tv';
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code';

export interface TokenResponse {
  access_token?: string;
  error?: string;
}
export type PollResult = { token: string } | { wait_s: number } | { failed: 'access_denied' | 'expired_token' };

/** Interprets a response of the token endpoint (RFC 8628, 3.5): slow_down adds five seconds to the interval. */
export function interpretTokenResponse(answer: TokenResponse, status: number, interval_s: number): PollResult {
  if (status === 200 && answer.access_token) return { token: answer.access_token };
  if (answer.error === 'authorization_pending') return { wait_s: interval_s };
  if (answer.error === 'slow_down') return { wait_s: interval_s + 5 };
  if (answer.error === 'access_denied') return { failed: 'access_denied' };
  // Back off exponentially on connection time-outs (RFC 8628, 3.5), and on overload.
  if (status === 0 || status >= 500 || status === 429) return { wait_s: interval_s * 2 };
  return { failed: 'expired_token' };
}

export async function requestDeviceCode(client: Client): Promise<DeviceAuthorization> {
  const { status, body } = await client.form<DeviceAuthorization>('/api/v1/auth/device', { client_id: CLIENT_ID });
  if (status !== 200) throw new Problem(status, 'no_code', { title: t('pair.no_code'), remedy: t('error.remedy') });
  return body;
}

type Wait = (seconds: number, signal: AbortSignal) => Promise<void>;

/** Resolves with the token or the reason of failure; ends silently when `signal` aborts. */
export async function pollForToken(
  client: Client,
  code: DeviceAuthorization,
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
