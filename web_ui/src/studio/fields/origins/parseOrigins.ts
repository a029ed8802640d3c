/**
 * Parses a typed list of origins (RFC 6454): `example.org/blog` → `https://example.org`. Entries that are not origins
 * are kept as typed, so that the server's error can name them.
 */
export function parseOrigins(text: string): string[] {
  const origins = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((word) => {
      const url = /^https?:\/\//i.test(word) ? word : `https://${word}`;
      return /^(https?:\/\/[^/?#]+)/i.exec(url)?.[1]?.toLowerCase() ?? word;
    });
  return [...new Set(origins)];
}
