// Persistent storage: one JSON value per key. Errors (full, blocked) are ignored.

export interface Store {
  get<T>(key: string, fallback: T): T;
  set(key: string, value: unknown): void;
  remove(key: string): void;
}

const PREFIX = 'otnet.';

export function createStore(storage: Storage): Store {
  return {
    get<T>(key: string, fallback: T): T {
      try {
        const text = storage.getItem(PREFIX + key);
        return text === null ? fallback : (JSON.parse(text) as T);
      } catch {
        return fallback;
      }
    },
    set(key, value) {
      try {
        storage.setItem(PREFIX + key, JSON.stringify(value));
      } catch {
        // Full or blocked: the value is lost when the application ends.
      }
    },
    remove(key) {
      try {
        storage.removeItem(PREFIX + key);
      } catch {
        // As above.
      }
    },
  };
}
