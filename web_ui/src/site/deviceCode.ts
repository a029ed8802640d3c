/**
 * The code a television shows (RFC 8628, section 6.1): eight consonants, two groups of four. Whatever is typed or
 * pasted becomes that form; letters that can't occur are left out. Pure.
 */
const INVALID_LETTERS = /[^BCDFGHJKLMNPQRSTVWXZ]/g;
export const CODE_LENGTH = 8;

export function formatDeviceCode(input: string): string {
  const letters = input.toUpperCase().replace(INVALID_LETTERS, '').slice(0, CODE_LENGTH);
  return letters.length > 4 ? `${letters.slice(0, 4)}-${letters.slice(4)}` : letters;
}

export const isCompleteCode = (code: string): boolean => code.length === CODE_LENGTH + 1;
