/** What a viewer chose, kept in this browser. A browser that keeps nothing (private mode) is no error. */
export function recall<T>(key: string, otherwise: T): T {
  try {
    return (JSON.parse(localStorage.getItem(`otnet.${key}`) ?? 'null') as T | null) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(`otnet.${key}`, JSON.stringify(value));
  } catch {
    /* nothing is kept */
  }
}
