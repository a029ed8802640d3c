import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PlayerConfig } from '../src/config/config';
import type { Fault } from '../src/engine/faults';
import { PlaybackSession } from '../src/engine/playback-session';
import { issuedAt, proofOf } from '../src/engine/proofs';
import { explainProtection } from '../src/engine/protection-problems';
import de from '../src/i18n/de/protection';
import en from '../src/i18n/en/protection';

const bytesOf = (part: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(part.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
const jsonOf = (part: string) => JSON.parse(new TextDecoder().decode(bytesOf(part)));
const claimsOf = (proof: string) => jsonOf(proof.split('.')[1]!);
/** A playback token that the server issued at a time in seconds. */
const tokenAt = (iat: number): string => `e30.${btoa(JSON.stringify({ iat })).replace(/=/g, '')}.x`;
const now = (): number => Math.floor(Date.now() / 1000);

const LICENCE = 'https://films.example/api/v1/licence/clearkey';
const SESSION = 'https://films.example/api/v1/playback/sessions/s1';
const configuration = (drm: PlayerConfig['drm'] = { token: tokenAt(now()) }): PlayerConfig => ({
  sources: { dash: 'https://films.example/p/t/media/m/main.mpd' },
  session: { url: SESSION, configuration: 'https://films.example/api/v1/playback/m' },
  drm,
});

type Sent = { url: string; method: string; headers: Record<string, string> };
let sent: Sent[];
let answers: Response[];
const heartbeats = (): Sent[] => sent.filter(({ url }) => url.endsWith('/heartbeat'));
const renewed = (token: string): Response => Response.json({ token });
const refused = (code: string, date = new Date()): Response =>
  Response.json({ code }, { status: 401, headers: { Date: date.toUTCString() } });

const sessions: PlaybackSession[] = [];
function open(config = configuration()): PlaybackSession {
  const session = new PlaybackSession(config, () => ({}), 'en');
  sessions.push(session);
  return session;
}
async function licenceOf(session: PlaybackSession): Promise<Record<string, string>> {
  const request = { uris: [LICENCE], method: 'POST', headers: {} };
  await session.authorize(request);
  return request.headers;
}

beforeEach(() => {
  sent = [];
  answers = [];
  vi.stubGlobal('fetch', async (url: string, init: Omit<Sent, 'url'>) => {
    sent.push({ url, method: init.method, headers: init.headers });
    return answers.shift() ?? renewed(tokenAt(now()));
  });
});
afterEach(() => {
  for (const session of sessions.splice(0)) session.end();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('a proof of possession', () => {
  test('is signed by its key for one request', async () => {
    const proof = (await proofOf('POST', `${LICENCE}?a=b#c`, 5_900, 'token'))!;
    const [head, body, signature] = proof.split('.') as [string, string, string];
    const { jwk, ...header } = jsonOf(head);
    expect(header).toEqual({ typ: 'dpop+jwt', alg: 'ES256' });
    expect(Object.keys(jwk).sort()).toEqual(['crv', 'kty', 'x', 'y']);
    const { jti, ...claims } = jsonOf(body);
    const ath = 'PEaenWxYddN6Q_NT1PiOYfz4EsZu7jRXRlpAsNpBU-A';
    expect(claims).toEqual({ htm: 'POST', htu: LICENCE, iat: 5, ath });
    expect(jti).toMatch(/^[\w-]{20}$/);
    const key = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']);
    const signed = new TextEncoder().encode(`${head}.${body}`);
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    expect(await crypto.subtle.verify(algorithm, key, bytesOf(signature), signed)).toBe(true);
  });

  test('has a key that nobody can read', async () => {
    vi.resetModules();
    const generateKey = vi.spyOn(crypto.subtle, 'generateKey');
    await (await import('../src/engine/proofs')).proofOf('POST', LICENCE, 0);
    const { privateKey } = (await generateKey.mock.results[0]!.value) as CryptoKeyPair;
    expect(privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('jwk', privateKey)).rejects.toThrow();
  });

  test('has an id of its own, and the same key', async () => {
    const [first, second] = await Promise.all([proofOf('POST', LICENCE, 0), proofOf('POST', LICENCE, 0)]);
    expect(claimsOf(first!).jti).not.toBe(claimsOf(second!).jti);
    expect(first!.split('.')[0]).toBe(second!.split('.')[0]);
    expect(claimsOf(first!)).not.toHaveProperty('ath');
  });

  test.each([
    [tokenAt(7), 7000],
    ['e30.eyJpYXQiOiI3In0.x', null],
    ['e30.bnVsbA.x', null],
    ['opaque', null],
    ['a.b.c', null],
  ])('the time of the token %s is %s', (token, at) => expect(issuedAt(token)).toBe(at));
});

describe('the session of a protected title', () => {
  test('is bound by its first heartbeat, for which licences wait', async () => {
    answers = [renewed('next')];
    const { Authorization, DPoP } = await licenceOf(open());
    expect(heartbeats()).toHaveLength(1);
    expect(claimsOf(heartbeats()[0]!.headers.DPoP!)).toMatchObject({ htm: 'POST', htu: `${SESSION}/heartbeat` });
    expect(Authorization).toBe('DPoP next');
    expect(claimsOf(DPoP!)).toMatchObject({ htm: 'POST', htu: LICENCE });
  });

  test('each attempt has another proof', async () => {
    const session = open();
    expect((await licenceOf(session)).DPoP).not.toBe((await licenceOf(session)).DPoP);
  });

  test.each([
    ['behind', -3600],
    ['ahead', 3600],
  ])('proofs have the time of the server on a device whose clock is %s', async (_, offset) => {
    const server = now();
    vi.setSystemTime((server + offset) * 1000);
    answers = [refused('proof_invalid', new Date(server * 1000)), renewed(tokenAt(server))];
    const { DPoP } = await licenceOf(open(configuration({ token: tokenAt(server) })));
    expect(claimsOf(heartbeats().at(-1)!.headers.DPoP!).iat).toBeCloseTo(server, -1);
    expect(claimsOf(DPoP!).iat).toBeCloseTo(server, -1);
  });

  test('stays unbound if the first proof is refused, such as behind a proxy that changes the host', async () => {
    answers = [refused('proof_invalid'), refused('proof_invalid')];
    expect(await licenceOf(open(configuration({ token: 'first' })))).toEqual({ Authorization: 'Bearer first' });
  });

  test('waits for no answer for ever', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearInterval'] });
    vi.stubGlobal('fetch', () => new Promise(() => {}));
    const licence = licenceOf(open(configuration({ token: 'first' })));
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await licence).Authorization).toBe('DPoP first');
  });

  test('that is not protected sends no heartbeat at once and no proof', async () => {
    expect(await licenceOf(open(configuration(null)))).toEqual({});
    expect(sent).toEqual([]);
  });

  test.each([
    ['licence, HTTP 401, proof_of_another_device', true],
    ['licence, HTTP 401, proof_replayed', true],
    ['licence, HTTP 401, token_expired', true],
    ['licence, HTTP 403, session_ended', true],
    ['licence, HTTP 401, proof_required', false],
    ['licence, HTTP 403, not_authorized', false],
  ])('is started again after “%s”: %s', async (detail, again) => {
    const session = open();
    await licenceOf(session);
    answers = [Response.json(configuration())];
    const fault: Fault = { code: 'licence', detail, category: 'drm', retryable: false };
    const remaining = await session.restart(fault, new AbortController().signal);
    expect(remaining === null).toBe(again);
    expect(sent.some(({ url }) => url.endsWith('/playback/m'))).toBe(again);
  });
});

test('without WebCrypto the session stays unbound', async () => {
  vi.resetModules();
  const { PlaybackSession: Session } = await import('../src/engine/playback-session');
  vi.stubGlobal('crypto', { getRandomValues: () => new Uint8Array(15) });
  answers = [renewed('next')];
  const session = new Session(configuration(), () => ({}));
  sessions.push(session);
  expect(await licenceOf(session)).toEqual({ Authorization: 'Bearer next' });
  expect(heartbeats()[0]!.headers).toEqual({});
});

describe('refusals of proofs are explained', () => {
  const fault = (reason: string): Fault => ({ code: 'licence', detail: reason, category: 'drm', retryable: false });
  test.each([
    ['proof_of_another_device', 'other_device'],
    ['proof_required', 'proof_required'],
    ['proof_missing', 'proof_refused'],
    ['proof_invalid', 'proof_refused'],
    ['proof_replayed', 'proof_refused'],
  ] as const)('%s', async (reason, code) => {
    for (const [language, words] of [
      ['en', en],
      ['de-AT', de],
    ] as const) {
      const explained = await explainProtection(fault(`licence, HTTP 401, ${reason}`), language);
      expect(explained).toMatchObject({ code, words: { message: words[code], remedy: words[`${code}.remedy`] } });
    }
  });
  test('a device without the required protection', async () => {
    const insecure = fault('shaka 6001');
    expect(await explainProtection(insecure, 'en', true)).toMatchObject({ code: 'device_security' });
    expect(await explainProtection(insecure, 'en')).toEqual(insecure);
  });
  test('other faults keep their words', async () =>
    expect(await explainProtection(fault('licence, HTTP 403, not_authorized'), 'en')).toEqual(
      fault('licence, HTTP 403, not_authorized'),
    ));
  test('in the same words in both languages', () => expect(Object.keys(de)).toEqual(Object.keys(en)));
});
