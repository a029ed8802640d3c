/**
 * The user code of a television (RFC 8628, 6.1): eight consonants in two groups of four. Input is normalised to this
 * form; invalid letters are dropped. Pure.
 */
const INVALID_LETTERS = /[^BCDFGHJKLMNPQRSTVWXZ]/g;
export const CODE_LENGTH = 8;

export function formatDeviceCode(input: string): string {
  const letters = input.toUpperCase().replace(INVALID_LETTERS, '').slice(0, CODE_LENGTH);
  return letters.length > 4 ? `${letters.slice(0, 4)}-${letters.slice(4)}` : letters;
}

export const isCompleteCode = (code: string): boolean => code.length === CODE_LENGTH + 1;
