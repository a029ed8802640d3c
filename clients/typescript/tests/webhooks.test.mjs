// Verification of webhooks, with the cases of tests/clients/webhook_cases.py: their JSON is in the file WEBHOOK_CASES.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { verify, WebhookVerificationError } from '../dist/webhooks.js';

const cases = JSON.parse(readFileSync(process.env.WEBHOOK_CASES, 'utf8'));

function check({ body, headers, secrets, now, tolerance }) {
  return verify(body, headers, secrets, { now: now * 1000, toleranceS: tolerance });
}

for (const [name, webhook] of Object.entries(cases.accepted)) {
  test(`accepted: ${name}`, async () => {
    const event = await check(webhook);
    assert.deepEqual([event.id, event.kind, event.type, event.data.title], ['msg_1', 'media', 'media.ready', 'Ö']);
  });
}

for (const [name, webhook] of Object.entries(cases.refused)) {
  test(`refused: ${name}`, () => assert.rejects(check(webhook), WebhookVerificationError));
}

for (const [type, { webhook, kind }] of Object.entries(cases.events)) {
  test(`${type} is an event of the kind ${kind}`, async () => assert.equal((await check(webhook)).kind, kind));
}

for (const secrets of cases.malformedSecrets) {
  test(`a malformed secret is a mistake of the caller: ${JSON.stringify(secrets).slice(0, 20)}`, () =>
    assert.rejects(check({ ...cases.valid, secrets }), TypeError));
}

test('bodies and headers may be of several types', async () => {
  const { valid } = cases;
  const body = new TextEncoder().encode(valid.body);
  for (const changed of [
    { body },
    { body: body.buffer },
    { body: Buffer.from(body) },
    { headers: new Headers(valid.headers) },
    { headers: { get: (name) => valid.headers[name] ?? null } },
    { headers: { ...valid.headers, 'webhook-signature': [valid.headers['webhook-signature']] } },
  ]) {
    assert.equal((await check({ ...valid, ...changed })).id, 'msg_1');
  }
  await assert.rejects(check({ ...valid, secrets: undefined }), TypeError);
  await assert.rejects(check({ ...valid, body: JSON.parse(valid.body) }), /raw bytes/);
});
