const PREFIX = 'userspan.';

/** A storage of strings by key that survives a reload if the browser allows it. */
export interface PageStorage {
  get(key: string): string | undefined;
  /** Returns false if there is no space. */
  set(key: string, value: string): boolean;
  remove(key: string): void;
  /** Keys with this prefix, in order. */
  keys(start: string): string[];
}

/**
 * Opens the browser's storage with our key prefix. If it is blocked, as in some private windows, uses memory. Two tabs
 * share `localStorage`, and a duplicated tab begins with a copy of `sessionStorage`.
 */
export function openStorage(kind: 'localStorage' | 'sessionStorage'): PageStorage {
  const storage = storageOf(kind) ?? memory();
  return {
    get: (key) => storage.getItem(PREFIX + key) ?? undefined,
    set(key, value) {
      try {
        storage.setItem(PREFIX + key, value);
        return true;
      } catch {
        return false;
      }
    },
    remove: (key) => storage.removeItem(PREFIX + key),
    keys: (start) =>
      Object.keys(storage)
        .filter((key) => key.startsWith(PREFIX + start))
        .map((key) => key.slice(PREFIX.length))
        .sort(),
  };
}

type KeyValue = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

function storageOf(kind: 'localStorage' | 'sessionStorage'): KeyValue | undefined {
  try {
    const storage = globalThis[kind];
    storage.setItem(`${PREFIX}probe`, '');
    storage.removeItem(`${PREFIX}probe`);
    return storage;
  } catch {
    return undefined;
  }
}

/** A storage in memory. Keys are own properties, as in the browser's storage; functions are not. */
function memory(): KeyValue {
  return Object.create({
    getItem(this: Record<string, string>, key: string) {
      return this[key] ?? null;
    },
    setItem(this: Record<string, string>, key: string, value: string) {
      this[key] = value;
    },
    removeItem(this: Record<string, string>, key: string) {
      delete this[key];
    },
  }) as KeyValue;
}
