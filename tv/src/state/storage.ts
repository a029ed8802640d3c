// What the set remembers, as one JSON value a key. A set whose storage is full or refused still plays.

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
        // Full or forbidden: what was chosen holds until the application ends.
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
