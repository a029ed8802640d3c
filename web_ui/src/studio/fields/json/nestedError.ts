/** The first error in a value, with its path: `blocks.0.from: must match …`. */
export function nestedError(error: unknown, path: string[] = []): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { message } = error as { message?: unknown };
  if (typeof message === 'string') return path.length ? `${path.join('.')}: ${message}` : message;
  for (const [key, inner] of Object.entries(error)) {
    if (key === 'ref') continue;
    const text = nestedError(inner, [...path, key]);
    if (text) return text;
  }
  return undefined;
}
