/** What a viewer chose, kept in this browser. A browser that keeps nothing (private mode) is no error. */
export function loadPreference<T>(key: string, fallback: T): T {
  try {
    return (JSON.parse(localStorage.getItem(`otnet.${key}`) ?? 'null') as T | null) ?? fallback;
  } catch {
    return fallback;
  }
}

export function savePreference(key: string, value: unknown): void {
  try {
    localStorage.setItem(`otnet.${key}`, JSON.stringify(value));
  } catch {
    /* nothing is kept */
  }
}
