// Which requests are repeated, how often, and after which pause; against a fetch that counts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as errors from '../dist/errors.js';
import { UploadLinkResource } from '../dist/generated/resources.js';
import { Client } from '../dist/index.js';
import { Transport } from '../dist/transport.js';
import { uploadToLink } from '../dist/tus.js';

const RECORD = { id: '0123456789ab' };
const ok = (body = RECORD, headers = {}) => Response.json(body, { headers });
const busy = (status = 503, headers = {}) => new Response(null, { status, headers });

/** A client whose fetch returns the given responses in order; `lost` is a lost connection. */
function fake(...answers) {
  const requests = [];
  const pauses = [];
  const fetch = async (url, init) => {
    requests.push({ url, ...init });
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const client = new Client({ url: 'http://otnet/base/', key: 'otk_secret', fetch });
  const transport = new Transport('http://otnet', 'otk_secret', {
    fetch,
    timeoutMs: 1000,
    maxRetries: 3,
    sleep: async (ms) => void pauses.push(ms / 1000),
  });
  for (const resource of Object.values(client)) if (resource?.transport) resource.transport = transport;
  return { client, requests, pauses, transport };
}

const lost = new TypeError('fetch failed', { cause: new Error('ECONNRESET') });
const READS = {
  retrieve: (c) => c.content.retrieve(RECORD.id),
  create: (c) => c.content.create({ title: 'T' }),
  upsert: (c) => c.content.upsert('cms-1', { title: 'T' }),
};
const CHANGES = {
  update: (c) => c.content.update(RECORD.id, { title: 'T' }),
  publish: (c) => c.content.publish(RECORD.id),
  delete: (c) => c.content.delete(RECORD.id),
};

for (const [name, call] of Object.entries(READS)) {
  for (const failure of [() => busy(), () => busy(502), () => lost]) {
    test(`${name} is repeated after ${failure().status ?? 'a lost connection'}`, async () => {
      const { client, requests, pauses } = fake(failure(), failure(), ok());
      assert.equal((await call(client)).id, RECORD.id);
      assert.equal(requests.length, 3);
      assert.ok(pauses[0] >= 0.25 && pauses[0] <= 0.5 && pauses[1] <= 1);
      assert.equal(new Set(requests.map((r) => r.headers['Idempotency-Key'])).size, 1);
    });
  }
}

for (const [name, call] of Object.entries(CHANGES)) {
  test(`${name} is sent once, but again after a rate limit`, async () => {
    for (const failure of [busy(), lost]) {
      const { client, requests } = fake(failure);
      await assert.rejects(call(client), errors.OTNetError);
      assert.equal(requests.length, 1);
    }
    const { client, pauses } = fake(busy(429, { 'Retry-After': '7' }), ok());
    await call(client);
    assert.ok(pauses[0] >= 7 && pauses[0] <= 7.5);
  });
}

test('retries are bounded, and so is Retry-After', async () => {
  const { client, requests } = fake(busy(), busy(), busy(), busy());
  await assert.rejects(client.content.retrieve(RECORD.id), errors.ServerError);
  assert.equal(requests.length, 4);
  const limited = fake(busy(429, { 'Retry-After': '3600' }));
  await assert.rejects(limited.client.content.retrieve(RECORD.id), { retryAfter: 3600, name: 'RateLimitedError' });
  const dated = fake(busy(503, { 'Retry-After': new Date(Date.now() + 20_000).toUTCString() }), ok());
  await dated.client.content.retrieve(RECORD.id);
  assert.ok(dated.pauses[0] > 15 && dated.pauses[0] < 21);
  for (const strange of ['', '-1', 'soon', '1e3', '9'.repeat(40)]) {
    const odd = fake(busy(503, { 'Retry-After': strange }), ok());
    await odd.client.content.retrieve(RECORD.id);
    assert.ok(odd.pauses[0] <= 1);
  }
});

test('permanent errors are not repeated', async () => {
  for (const status of [400, 401, 403, 404, 409, 412, 422, 500, 301]) {
    const { client, requests } = fake(busy(status));
    await assert.rejects(client.content.retrieve(RECORD.id), errors.ApiError);
    assert.equal(requests.length, 1);
  }
});

test('error responses without problem details are errors', async () => {
  for (const text of ['<html>', '[]', '"x"', 'null', '{"errors": 5}', '']) {
    const { client } = fake(new Response(text, { status: 404 }));
    await assert.rejects(client.content.retrieve(RECORD.id), { name: 'NotFoundError', code: 'http_404', errors: [] });
  }
  for (const body of ['<html>', '[]', '5', '{}', '{"items": 5}']) {
    await assert.rejects(fake(new Response(body)).client.content.list().all(), { name: 'OTNetError' });
    await assert.rejects(fake(new Response(body)).client.content.publish(RECORD.id), { name: 'OTNetError' });
  }
  await assert.rejects(fake(new Response('<html>')).client.content.retrieve(RECORD.id), /not a JSON object/);
});

test('a request is aborted by its signal, also while it waits', async () => {
  const { client } = fake(busy());
  const pause = new Client({
    url: 'http://otnet',
    key: 'otk_x',
    fetch: async () => busy(503, { 'Retry-After': '30' }),
  });
  const reason = new Error('enough');
  await assert.rejects(pause.content.retrieve(RECORD.id, {}, { signal: AbortSignal.abort(reason) }), reason);
  const controller = new AbortController();
  const waiting = pause.content.retrieve(RECORD.id, {}, { signal: controller.signal });
  setTimeout(() => controller.abort(reason), 5);
  await assert.rejects(waiting, reason);
  await assert.rejects(client.content.update(RECORD.id, {}), errors.ServerError);
});

test('a server that does not respond is a timeout', async () => {
  const fetch = (_, { signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const client = new Client({ url: 'http://otnet', key: 'otk_x', fetch, timeoutMs: 5, maxRetries: 0 });
  const keepAlive = setTimeout(() => {}, 5000);
  await assert.rejects(client.content.retrieve(RECORD.id), errors.RequestTimeoutError);
  clearTimeout(keepAlive);
});

test('paths and queries are escaped', async () => {
  const { client, requests } = fake(ok(), ok({ items: [], next: null }));
  await client.content.upsert('a/b?c#d ü', { title: 'T' });
  assert.equal(requests[0].url, 'http://otnet/api/v1/partner/content/by-external-id/a%2Fb%3Fc%23d%20%C3%BC');
  assert.equal(requests[0].headers.Authorization, 'Bearer otk_secret');
  await client.content.list({ kind: ['film', 'clip'], 'created_at.gte': new Date(0), genres: undefined }).all();
  const { searchParams } = new URL(requests[1].url);
  assert.deepEqual(Object.fromEntries(searchParams), {
    kind: 'film,clip',
    'created_at.gte': '1970-01-01T00:00:00.000Z',
  });
  for (const id of ['', '.', '..', undefined, 5]) await assert.rejects(client.content.retrieve(id), errors.OTNetError);
});

test('values of a filter have no commas, and a list ends when its cursor is repeated', async () => {
  const { client, requests } = fake(ok({ items: [], next: 'c' }), ok({ items: [], next: 'c' }));
  await assert.rejects(client.content.list({ external_id: ['a,b'] }).all(), /comma/);
  assert.deepEqual(await client.content.list().all(), []);
  assert.equal(requests.length, 2);
});

test('a header that cannot be sent is a mistake of the caller', async () => {
  const { client, requests } = fake(ok());
  for (const idempotencyKey of ['a\nb', '日本']) {
    await assert.rejects(client.content.create({ title: 'T' }, { idempotencyKey }), TypeError);
  }
  assert.equal(requests.length, 0);
});

test('wrong arguments are named, and a page may not have a key', () => {
  for (const [url, key] of [
    ['studio.example.org', 'otk_x'],
    ['http://x?y', 'otk_x'],
    ['http://x', 'a\nb'],
  ]) {
    assert.throws(() => new Client({ url, key }), errors.OTNetError);
  }
  globalThis.document = {};
  assert.throws(() => new Client({ url: 'http://x', key: 'otk_x' }), /must not contain an API key/);
  delete globalThis.document;
});

test('the ETag of a record is not one of its fields', async () => {
  const record = await fake(ok(RECORD, { ETag: '"1"' })).client.content.retrieve(RECORD.id);
  assert.equal(record.etag, '"1"');
  assert.deepEqual({ ...record }, RECORD);
});

test('an upload link is created again when its URL was lost', async () => {
  const { requests, transport } = fake(ok(), new Response(null, { status: 204 }), ok({ ...RECORD, url: '/api/v1/x' }));
  const { UploadLinks } = await import('../dist/uploads.js');
  assert.ok(UploadLinks.prototype instanceof UploadLinkResource);
  assert.equal((await new UploadLinks(transport).create({ library: RECORD.id })).url, 'http://otnet/api/v1/x');
  assert.deepEqual(
    requests.map((r) => r.method),
    ['POST', 'DELETE', 'POST'],
  );
});

test('an upload continues at the offset of the server, and ends after many failures', async () => {
  const file = new Blob(['0123456789']);
  const at = (offset, headers = {}) =>
    new Response(null, { headers: { 'Upload-Offset': String(offset), 'Upload-Length': '10', ...headers } });
  const offsets = [];
  const answers = [busy(404), at(0), at(4), lost, at(4), busy(423), at(4), at(8), at(10)];
  const fetch = async (_, { method, headers }) => {
    if (method === 'PATCH') offsets.push(headers['Upload-Offset']);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  await uploadToLink('http://otnet/link', file, { fetch, sleep: async () => {}, chunkBytes: 4 });
  assert.deepEqual(offsets, ['0', '4', '4', '4', '8']);
  for (const [reached, expected, message] of [
    [true, 10, /Upload the file again to continue/],
    [false, 4, /Check the URL of the upload link/],
  ]) {
    let attempts = 0;
    const away = async () => {
      attempts += 1;
      if (reached && attempts === 1) return at(0);
      throw lost;
    };
    const options = { fetch: away, sleep: async () => {} };
    await assert.rejects(uploadToLink('http://otnet/link', file, options), (error) => {
      assert.match(error.message, message);
      return error instanceof errors.UploadError && error.resumable;
    });
    assert.equal(attempts, expected + (reached ? 1 : 0));
  }
});
