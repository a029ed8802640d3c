/**
 * Parses a typed list of origins (RFC 6454): `example.org/blog` → `https://example.org`. Entries that are not origins
 * are kept as typed, so that the server's error can name them.
 */
export function sitesOf(text: string): string[] {
  const found = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((word) => {
      const whole = /^https?:\/\//i.test(word) ? word : `https://${word}`;
      return /^(https?:\/\/[^/?#]+)/i.exec(whole)?.[1]?.toLowerCase() ?? word;
    });
  return [...new Set(found)];
}
