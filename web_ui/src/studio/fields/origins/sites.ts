/** What somebody typed as a list of origins: `example.org/blog` → `https://example.org`. What is none stays, to be refused by name. */
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
