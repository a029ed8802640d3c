/** Empty text is an empty object; text that is not JSON stays text. */
export function parseJson(text: string): unknown {
  if (!text.trim()) return {};
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function jsonText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!value || Object.keys(value).length === 0) return '';
  return JSON.stringify(value, null, 2);
}
