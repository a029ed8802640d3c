import { expect, test, vi } from 'vitest';
import { Problem } from '../../web_ui/shared/problem';
import { Client } from '../src/api/client';
import { candidateOrigins, hostServer } from '../src/state/serverAddress';
import { pollForToken, interpretTokenResponse, type TokenResponse } from '../src/state/deviceGrant';
import { ParentalLock } from '../src/state/parentalLock';
import { createStore } from '../src/state/storage';

class Memory implements Storage {
  private map = new Map<string, string>();
  get length(): number {
    return this.map.size;
  }
  clear(): void {
    this.map.clear();
  }
  key(i: number): string | null {
    return [...this.map.keys()][i] ?? null;
  }
  getItem(k: string): string | null {
    return this.map.get(k) ?? null;
  }
  setItem(k: string, v: string): void {
    this.map.set(k, v);
  }
  removeItem(k: string): void {
    this.map.delete(k);
  }
}
const answers = (...list: [number, object][]): [Client, string[]] => {
  const requests: string[] = [];
  const client = new Client('http://s', async (url, init) => {
    requests.push(`${init.method} ${url} ${init.body ?? ''}`);
    const [status, body] = list.shift() ?? [500, {}];
    if (status === 0) throw new TypeError('network');
    return new Response(status === 204 ? null : JSON.stringify(body), { status });
  });
  return [client, requests];
};

test.each<[string, string[]]>([
  ['films.example.org', ['https://films.example.org', 'http://films.example.org']],
  [
    '192.168.1.20',
    ['http://192.168.1.20:8096', 'https://192.168.1.20:8096', 'http://192.168.1.20', 'https://192.168.1.20'],
  ],
  ['192.168.1.20:9000/', ['http://192.168.1.20:9000', 'https://192.168.1.20:9000']],
  [
    'studio.local',
    ['http://studio.local:8096', 'https://studio.local:8096', 'http://studio.local', 'https://studio.local'],
  ],
  ['https://tv.example/otnet/', ['https://tv.example/otnet']],
  ['', []],
  ['two words', []],
  ['http://', []],
])('the address %j gives the candidate origins %j', (text, origins) => {
  expect(candidateOrigins(text)).toEqual(origins);
});

test.each([
  [{ protocol: 'https:', origin: 'https://a', pathname: '/tv/' }, 'https://a'],
  [{ protocol: 'http:', origin: 'http://a:8096', pathname: '/otnet/tv/index.html' }, 'http://a:8096/otnet'],
  [{ protocol: 'file:', origin: 'null', pathname: '/android_asset/www/index.html' }, null],
  [{ protocol: 'http:', origin: 'http://localhost:5173', pathname: '/' }, null],
])('the host server of a page at %o is %s', (location, server) => {
  expect(hostServer(location)).toBe(server);
});

test.each<[TokenResponse, number, ReturnType<typeof interpretTokenResponse>]>([
  [{ access_token: 't' }, 200, { token: 't' }],
  [{ error: 'authorization_pending' }, 400, { wait_s: 5 }],
  [{ error: 'slow_down' }, 400, { wait_s: 10 }],
  [{ error: 'access_denied' }, 400, { failed: 'access_denied' }],
  [{ error: 'expired_token' }, 400, { failed: 'expired_token' }],
  [{}, 503, { wait_s: 10 }],
  [{}, 0, { wait_s: 10 }],
  [{}, 404, { failed: 'expired_token' }],
])('the token response %o (%i) is interpreted as %o', (answer, status, meaning) => {
  expect(interpretTokenResponse(answer, status, 5)).toEqual(meaning);
});

test('polling honours slow_down (RFC 8628, 3.5) and survives a lost connection', async () => {
  const [client] = answers(
    [400, { error: 'authorization_pending' }],
    [400, { error: 'slow_down' }],
    [400, { error: 'authorization_pending' }],
    [0, {}],
    [200, { access_token: 'tv' }],
  );
  const waits: number[] = [];
  const code = {
    device_code: 'd',
    user_code: 'B',
    verification_uri: 'u',
    verification_uri_complete: 'u',
    expires_in: 600,
    interval: 5,
  };
  const end = await pollForToken(client, code, new AbortController().signal, async (s) => {
    waits.push(s);
  });
  expect(end).toEqual({ token: 'tv' });
  expect(waits).toEqual([5, 5, 10, 10, 20]);
});

test('polling stops when the device code expires', async () => {
  const [client, requests] = answers(
    ...Array.from({ length: 9 }, (): [number, object] => [400, { error: 'authorization_pending' }]),
  );
  const code = {
    device_code: 'd',
    user_code: 'B',
    verification_uri: 'u',
    verification_uri_complete: 'u',
    expires_in: 15,
    interval: 5,
  };
  expect(await pollForToken(client, code, new AbortController().signal, async () => undefined)).toEqual({
    failed: 'expired_token',
  });
  expect(requests.length).toBe(3);
});

test('the PIN is stored as a salted hash, required above its age, and locked after five wrong attempts', () => {
  const memory = new Memory();
  let now = 0;
  const guard = new ParentalLock(createStore(memory), () => now);
  expect(guard.requiresPin(18)).toBe(false);
  guard.set('1234', 12);
  expect(memory.getItem('otnet.pin')).not.toContain('1234');
  expect([null, 0, 12, 13, 18].map((age) => guard.requiresPin(age))).toEqual([false, false, false, true, true]);
  expect(guard.check('1234')).toBe('right');
  expect(['0', '0', '0', '0'].map((p) => guard.check(p))).toEqual(['wrong', 'wrong', 'wrong', 'wrong']);
  expect([guard.check('0'), guard.check('1234')]).toEqual(['locked', 'locked']);
  now = 61_000;
  expect(guard.check('1234')).toBe('right');
  guard.unlock();
  expect(guard.requiresPin(18)).toBe(false);
  expect(new ParentalLock(createStore(memory)).requiresPin(18)).toBe(true);
  guard.setLimit(16);
  expect([guard.limit, guard.check('1234')]).toEqual([16, 'right']);
  guard.clear();
  expect(guard.limit).toBeNull();
});

test('two televisions with the same PIN store different hashes', () => {
  const [a, b] = [new Memory(), new Memory()];
  new ParentalLock(createStore(a)).set('1234', 0);
  new ParentalLock(createStore(b)).set('1234', 0);
  expect(a.getItem('otnet.pin')).not.toBe(b.getItem('otnet.pin'));
});

test('unavailable or corrupt storage is ignored', () => {
  const memory = new Memory();
  memory.setItem('otnet.x', '{');
  vi.spyOn(memory, 'setItem').mockImplementation(() => {
    throw new DOMException('full');
  });
  const store = createStore(memory);
  store.set('y', 1);
  expect([store.get('x', 7), store.get('y', 8)]).toEqual([7, 8]);
});

test('a problem keeps the code, message and remedy of the server', async () => {
  const [client] = answers([403, { code: 'not_here', title: 'Not shown in your country.', remedy: 'Ask the studio.' }]);
  await expect(client.get('/x')).rejects.toMatchObject({
    status: 403,
    code: 'not_here',
    title: 'Not shown in your country.',
    remedy: 'Ask the studio.',
  });
});

test('an unreachable server has its own message', async () => {
  const [client] = answers([0, {}]);
  await expect(client.get('/x')).rejects.toBeInstanceOf(Problem);
});

test('requests carry the bearer token, else the CSRF token of the cookie session', async () => {
  const client = new Client('http://s');
  client.csrf = 'c';
  expect(client.headers()).toEqual({ 'X-CSRF-Token': 'c' });
  client.token = 't';
  expect(client.headers()).toEqual({ Authorization: 'Bearer t' });
  expect([client.url('/a'), client.url('https://b/c')]).toEqual(['http://s/a', 'https://b/c']);
});
