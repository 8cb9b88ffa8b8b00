const PREFIX = 'userspan.';

/** Text by key that survives a reload, where the browser lets it. */
export interface PageStorage {
  get(key: string): string | undefined;
  /** False where there was no room. */
  set(key: string, value: string): boolean;
  remove(key: string): void;
  /** Keys with this prefix, in order. */
  keys(start: string): string[];
}

/**
 * Opens the browser's storage of this kind under our prefix; the memory of the page where it is blocked, as in some
 * private windows. Two tabs share `localStorage`, and a duplicated tab begins with a copy of `sessionStorage`.
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

/** Keys are own properties, as those of the browser's storage are; its functions are not. */
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
