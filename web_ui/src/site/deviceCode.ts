/**
 * The code a television shows (RFC 8628, section 6.1): eight consonants, two groups of four. Whatever is typed or
 * pasted becomes that form; letters that can't occur are left out. Pure.
 */
const LETTERS = /[^BCDFGHJKLMNPQRSTVWXZ]/g;
export const LENGTH = 8;

export function tidy(typed: string): string {
  const letters = typed.toUpperCase().replace(LETTERS, '').slice(0, LENGTH);
  return letters.length > 4 ? `${letters.slice(0, 4)}-${letters.slice(4)}` : letters;
}

export const complete = (code: string): boolean => code.length === LENGTH + 1;
