/** Parses `key: value` lines. A line without a colon is a key with an empty value. */
export function parseMetadata(text: string): Record<string, string> {
  const entries = text
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => {
      const colon = line.indexOf(':');
      return colon < 0 ? [line.trim(), ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    });
  return Object.fromEntries(entries);
}

export const metadataText = (value: unknown): string =>
  Object.entries((value ?? {}) as Record<string, string>)
    .map(([key, text]) => `${key}: ${text}`)
    .join('\n');
