// The parental PIN. Only a salted PBKDF2 hash is stored, on the device. As four digits are easily guessed, five wrong
// attempts lock it for a minute. (crypto.subtle is missing in insecure contexts, hence the library.)
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Store } from './storage';

export const PIN_LENGTH = 4;
export const AGES = [0, 6, 12, 16] as const;
const PBKDF2_ROUNDS = 10_000;
const MAX_ATTEMPTS = 5;
const LOCKED_MS = 60_000;

interface StoredPin {
  salt: string;
  hash: string;
  limit: number;
  wrong: number;
  until: number;
}
export type PinCheck = 'right' | 'wrong' | 'locked';

export class ParentalLock {
  private unlocked = false;

  constructor(
    private readonly store: Store,
    private readonly now: () => number = () => Date.now(),
  ) {}

  private get stored(): StoredPin | null {
    return this.store.get<StoredPin | null>('pin', null);
  }

  /** Titles rated above this age require the PIN; null if no PIN is set. */
  get limit(): number | null {
    return this.stored?.limit ?? null;
  }

  set(pin: string, limit: number): void {
    const salt = crypto.getRandomValues(new Uint8Array(16));
    this.store.set('pin', { salt: bytesToHex(salt), hash: digest(pin, salt), limit, wrong: 0, until: 0 });
    this.unlocked = false;
  }

  setLimit(limit: number): void {
    const storedPin = this.stored;
    if (storedPin) this.store.set('pin', { ...storedPin, limit });
  }

  clear(): void {
    this.store.remove('pin');
  }

  /** Whether a title requires the PIN. Titles without a rating do not. */
  requiresPin(age: number | null | undefined): boolean {
    const limit = this.limit;
    return limit !== null && !this.unlocked && (age ?? 0) > limit;
  }

  check(pin: string): PinCheck {
    const storedPin = this.stored;
    if (storedPin === null) return 'right';
    if (storedPin.until > this.now()) return 'locked';
    if (digest(pin, hexToBytes(storedPin.salt)) === storedPin.hash) {
      this.store.set('pin', { ...storedPin, wrong: 0, until: 0 });
      return 'right';
    }
    const wrongAttempts = storedPin.wrong + 1;
    const locked = wrongAttempts >= MAX_ATTEMPTS;
    this.store.set('pin', {
      ...storedPin,
      wrong: locked ? 0 : wrongAttempts,
      until: locked ? this.now() + LOCKED_MS : 0,
    });
    return locked ? 'locked' : 'wrong';
  }

  /** Unlocks until the application ends. */
  unlock(): void {
    this.unlocked = true;
  }
}

function digest(pin: string, salt: Uint8Array): string {
  return bytesToHex(pbkdf2(sha256, utf8ToBytes(pin), salt, { c: PBKDF2_ROUNDS, dkLen: 32 }));
}
