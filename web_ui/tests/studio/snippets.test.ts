// Runs the generated code against a server that records the requests.
import { execFile, execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  curlSnippet,
  fetchSnippet,
  httpxSnippet,
  pythonLiteral,
  shellQuote,
  type Draft,
} from '../../src/studio/panel/snippets';

const run = promisify(execFile);
const ENV = { ...process.env, OTNET_KEY: 'otk_test', OTNET_EMAIL: 'ann@example.org', OTNET_PASSWORD: 'pass word' };
interface Got {
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}
let server: Server;
let origin = '';
let got: Got[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      got.push({ method: request.method!, url: request.url!, headers: request.headers, body });
      response.writeHead(200, {
        'content-type': 'application/json',
        ...(request.url!.endsWith('/login') ? { 'set-cookie': 'otnet=c00kie; HttpOnly; Path=/' } : {}),
      });
      response.end(JSON.stringify({ csrf: 'tok-3n', ok: true }));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  got = [];
});

const TRICKY = { title: `O'Hara “${'$'}HOME” \\ "x"\n\`z\``, flags: [true, false, null], n: 1.5, empty: {}, list: [] };
const draft = (over: Partial<Draft>): Draft => ({
  surface: 'partner',
  origin,
  method: 'POST',
  url: '/api/v1/partner/content?expand=categories,genres&title.contains=a%27b',
  headers: {
    Accept: 'application/json',
    'Content-Type': 'application/json',
    Authorization: 'Bearer never-this',
    'Idempotency-Key': 'k 1',
  },
  body: TRICKY,
  ...over,
});

const has = (command: string, ...args: string[]): boolean => {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const PYTHON = [process.env.PYTHON, '../.venv/bin/python', 'python3'].find((p) => p && has(p, '-c', 'import httpx'));
const WAYS: [string, boolean, (d: Draft) => Promise<unknown>][] = [
  ['curl', has('curl', '--version'), (d) => run('sh', ['-c', `cd "$(mktemp -d)" && ${curlSnippet(d)}`], { env: ENV })],
  ['Python', PYTHON !== undefined, (d) => run(PYTHON!, ['-c', httpxSnippet(d)], { env: ENV })],
  ['JavaScript', true, (d) => run(process.execPath, ['--input-type=module', '-e', fetchSnippet(d)], { env: ENV })],
];

describe.each(WAYS)(
  '%s',
  (_name, there, send) => {
    test.runIf(there)('partner: sends the API key from the environment and the body unchanged', async () => {
      const d = draft({});
      await send(d);
      expect(got).toHaveLength(1);
      expect(got[0]).toMatchObject({
        method: 'POST',
        url: d.url,
        headers: { authorization: 'Bearer otk_test', 'idempotency-key': 'k 1', 'content-type': 'application/json' },
      });
      expect(JSON.parse(got[0]!.body)).toEqual(TRICKY);
    });

    test.runIf(there)('public: sends no credentials', async () => {
      await send(
        draft({
          surface: 'public',
          method: 'GET',
          url: '/api/v1/public/content?limit=5',
          body: undefined,
          headers: { Accept: 'application/json' },
        }),
      );
      expect(got[0]).toMatchObject({ method: 'GET', url: '/api/v1/public/content?limit=5', body: '' });
      expect(got[0]!.headers.authorization).toBeUndefined();
    });

    test.runIf(there)('dashboard: signs in, then sends the session cookie and the CSRF token', async () => {
      await send(
        draft({
          surface: 'dashboard',
          method: 'PATCH',
          url: '/api/v1/dashboard/content/1',
          body: { title: 'x' },
          headers: { 'X-CSRF-Token': 'old', 'Content-Type': 'application/json' },
        }),
      );
      expect(got.map((g) => `${g.method} ${g.url}`)).toEqual([
        'POST /api/v1/auth/login',
        'PATCH /api/v1/dashboard/content/1',
      ]);
      expect(JSON.parse(got[0]!.body)).toEqual({ email: 'ann@example.org', password: 'pass word' });
      expect(got[1]!.headers).toMatchObject({ cookie: 'otnet=c00kie', 'x-csrf-token': 'tok-3n' });
    });
  },
  20_000,
);

test('the code contains no secret', () => {
  for (const way of [curlSnippet, httpxSnippet, fetchSnippet]) expect(way(draft({}))).not.toContain('never-this');
});

test('strings are quoted for each language', () => {
  expect(shellQuote(`it's`)).toBe(`'it'\\''s'`);
  expect(pythonLiteral({ a: [null, true] })).toBe('{\n    "a": [\n        None,\n        True,\n    ],\n}');
});
