/** The viewer's preferences in localStorage. Where storage is unavailable (private mode), defaults are used. */
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
    /** storage is unavailable */
  }
}
