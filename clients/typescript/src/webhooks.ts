/**
 * Verification of webhooks with Web Crypto, as the Standard Webhooks specification defines it
 * (https://www.standardwebhooks.com).
 *
 * The signed text is `<webhook-id>.<webhook-timestamp>.<body>`, with HMAC-SHA256 and the bytes of the secret. The header
 * `webhook-signature` has `v1,<base64>` for each valid secret, separated by spaces.
 */
import { WebhookVerificationError } from './errors.js';
import { type Event, eventOf } from './events.js';

export type { Event, MediaEvent, OtherEvent, RecordEvent } from './events.js';
export { WebhookVerificationError };

const TOLERANCE_S = 300;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export interface VerifyOptions {
  /** How much the time of the webhook may differ from now, which prevents replays (default: 300 seconds). */
  toleranceS?: number;
  /** The current time in milliseconds since 1970. */
  now?: number;
}

/**
 * The event of a webhook. `body` is the raw body as it was received; `headers` are those of the request. During the
 * rotation of a secret, `secrets` are the old and the new one.
 *
 * Throws WebhookVerificationError when the webhook is not authentic, and TypeError for a malformed secret or a body that
 * a framework has parsed.
 */
export async function verify(
  body: string | Uint8Array | ArrayBuffer,
  headers: Headers | Record<string, string | string[] | undefined>,
  secrets: string | readonly string[],
  options: VerifyOptions = {},
): Promise<Event> {
  const keys = await Promise.all([secrets ?? []].flat().map(importKey));
  if (!keys.length) throw new TypeError('A secret of the webhook is needed: whsec_…');
  const bytes = bytesOf(body);
  const get = reader(headers);
  const id = get('webhook-id');
  const timestamp = get('webhook-timestamp');
  if (!id || !/^[0-9]{1,12}$/.test(timestamp)) {
    throw new WebhookVerificationError('The headers webhook-id and webhook-timestamp are missing or malformed.');
  }
  const age = Math.abs((options.now ?? Date.now()) / 1000 - Number(timestamp));
  if (!(age <= (options.toleranceS ?? TOLERANCE_S))) {
    throw new WebhookVerificationError('The webhook is too old, or from the future. Check the clocks.');
  }
  const signed = concatenated(new TextEncoder().encode(`${id}.${timestamp}.`), bytes);
  const signatures = get('webhook-signature')
    .split(' ')
    .filter((part) => part.startsWith('v1,') && BASE64.test(part.slice(3)))
    .map((part) => decoded(part.slice(3)));
  // Every pair is compared; Web Crypto compares in constant time.
  const results = await Promise.all(
    signatures.flatMap((signature) => keys.map((key) => crypto.subtle.verify('HMAC', key, signature, signed))),
  );
  if (!results.includes(true)) {
    throw new WebhookVerificationError('No signature matches. Check the secret, and that the body is unchanged.');
  }
  return parsed(id, bytes);
}

async function importKey(secret: string): Promise<CryptoKey> {
  const encoded = secret.trim().replace(/^whsec_/, '');
  if (!encoded || !BASE64.test(encoded)) {
    throw new TypeError('The secret of a webhook is whsec_ followed by base64, as it was returned at its creation.');
  }
  return crypto.subtle.importKey('raw', decoded(encoded), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

function bytesOf(body: string | Uint8Array | ArrayBuffer): Uint8Array {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  // Not instanceof: test runners and bundled frameworks have classes of their own.
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  if (Object.prototype.toString.call(body) === '[object ArrayBuffer]') return new Uint8Array(body);
  throw new TypeError('The body must be the raw bytes of the request, not what a framework has parsed.');
}

function reader(headers: Headers | Record<string, string | string[] | undefined>): (name: string) => string {
  if (typeof headers.get === 'function') return (name) => (headers as Headers).get(name) ?? '';
  const lowerCase = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => [lowerCase.get(name) ?? ''].flat().join(' ');
}

function parsed(id: string, bytes: Uint8Array): Event {
  try {
    const document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const { type, timestamp, data } = document;
    if (typeof type === 'string' && typeof data === 'object' && data !== null && !Array.isArray(data)) {
      return eventOf(id, type, String(timestamp ?? ''), data);
    }
  } catch {
    // Answered below.
  }
  throw new WebhookVerificationError('The body of the webhook is not an event.');
}

function decoded(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
