/**
 * Proofs of possession (DPoP, RFC 9449): this page makes a key pair whose private key can't leave the browser, and
 * signs a proof for each request of a playback session that is bound to the key.
 */
interface Device {
  privateKey: CryptoKey;
  jwk: JsonWebKey;
}

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' };

const base64url = (bytes: ArrayBuffer | Uint8Array): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=/g, '');
const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const part = (value: object): string => base64url(utf8(JSON.stringify(value)));

let device: Promise<Device | null> | undefined;

/** Null without WebCrypto: in pages without HTTPS, and on old televisions. */
async function createDevice(): Promise<Device | null> {
  try {
    const { privateKey, publicKey } = await crypto.subtle.generateKey(CURVE, false, ['sign', 'verify']);
    const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
    return { privateKey, jwk: { crv, kty, x, y } };
  } catch {
    return null;
  }
}

/**
 * A proof for a request that sends `token`, if it needs one, at the time `at` of the server in milliseconds. Null if
 * this browser can't make any.
 */
export async function proofOf(method: string, url: string, at: number, token?: string): Promise<string | null> {
  device ??= createDevice();
  const { privateKey, jwk } = (await device) ?? {};
  if (!privateKey) return null;
  const { origin, pathname } = new URL(url, location.href);
  const claims = {
    jti: base64url(crypto.getRandomValues(new Uint8Array(15))),
    htm: method,
    htu: origin + pathname,
    iat: Math.floor(at / 1000),
    ath: token && base64url(await crypto.subtle.digest('SHA-256', utf8(token))),
  };
  const signed = `${part({ typ: 'dpop+jwt', alg: 'ES256', jwk })}.${part(claims)}`;
  return `${signed}.${base64url(await crypto.subtle.sign(SIGNATURE, privateKey, utf8(signed)))}`;
}

/** When a token was issued, in milliseconds; null for one that is no JWT. Pure. */
export function issuedAt(token: string): number | null {
  try {
    const payload = token.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/');
    const { iat } = JSON.parse(atob(payload)) as { iat?: unknown };
    return typeof iat === 'number' ? iat * 1000 : null;
  } catch {
    return null;
  }
}
