const FIRST_ENTRIES = 64;
/** There are at least this many places per entry, so that few keys share one. */
const PLACES_PER_ENTRY = 2;
/** No entry in this place. Others hold the entry's number plus one. */
const FREE = 0;

/**
 * A map for many entries of which each stays only briefly. Entries are in the order in which they were added, as in a `Map`.
 *
 * V8's `Map` takes a new table whenever deleted entries have filled the old one, and the old table refers to the new one.
 * Once a table is in the old generation, minor garbage collections keep all tables after it, and all entries that these had
 * when they were replaced: most objects that a `Map` of open traces ever had were copied twice. This map uses its arrays
 * again, and a deleted entry leaves nothing behind.
 */
export class BriefMap<T> {
  #keys: (string | undefined)[] = [];
  #values: (T | undefined)[] = [];
  #hashes = new Int32Array(FIRST_ENTRIES);
  /** Hash table of entries. A place whose entry was deleted stays in use until the entries are moved together. */
  #places = new Int32Array(FIRST_ENTRIES * PLACES_PER_ENTRY);
  /** Number of entries, deleted ones included. */
  #length = 0;
  #size = 0;
  /** A random seed, so that a sender cannot make keys collide. */
  readonly #seed = Math.floor(Math.random() * 0x100000000);

  get size(): number {
    return this.#size;
  }

  get(key: string): T | undefined {
    if (this.#size === 0) return undefined;
    const entry = this.#find(key, this.#hashOf(key));
    return entry < 0 ? undefined : this.#values[entry];
  }

  has(key: string): boolean {
    return this.#size > 0 && this.#find(key, this.#hashOf(key)) >= 0;
  }

  set(key: string, value: T): void {
    const hash = this.#hashOf(key);
    const known = this.#find(key, hash);
    if (known >= 0) {
      this.#values[known] = value;
      return;
    }
    if (this.#length === this.#hashes.length) this.#moveTogether();
    const entry = this.#length;
    this.#keys[entry] = key;
    this.#values[entry] = value;
    this.#hashes[entry] = hash;
    this.#length += 1;
    this.#size += 1;
    this.#takePlace(entry, hash);
  }

  /** Returns whether there was an entry. */
  delete(key: string): boolean {
    if (this.#size === 0) return false;
    const entry = this.#find(key, this.#hashOf(key));
    if (entry < 0) return false;
    this.#keys[entry] = undefined;
    this.#values[entry] = undefined;
    this.#size -= 1;
    return true;
  }

  clear(): void {
    this.#keys.length = 0;
    this.#values.length = 0;
    this.#places.fill(FREE);
    this.#length = 0;
    this.#size = 0;
  }

  /** The entries, the oldest first. An entry may be deleted meanwhile, but none added. */
  *[Symbol.iterator](): Generator<[string, T], void> {
    for (let entry = 0; entry < this.#length; entry += 1) {
      const key = this.#keys[entry];
      if (key !== undefined) yield [key, this.#values[entry] as T];
    }
  }

  /** The value of the oldest entry. */
  get oldest(): T | undefined {
    for (const [, value] of this) return value;
    return undefined;
  }

  /** The number of the key's entry; -1 if it has none. */
  #find(key: string, hash: number): number {
    const mask = this.#places.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const held = this.#places[place] ?? FREE;
      if (held === FREE) return -1;
      if (this.#hashes[held - 1] === hash && this.#keys[held - 1] === key) return held - 1;
    }
  }

  #takePlace(entry: number, hash: number): void {
    const mask = this.#places.length - 1;
    let place = hash & mask;
    while (this.#places[place] !== FREE) place = (place + 1) & mask;
    this.#places[place] = entry + 1;
  }

  /** Removes deleted entries from the arrays, and doubles these if most entries are in use. */
  #moveTogether(): void {
    let length = 0;
    for (let entry = 0; entry < this.#length; entry += 1) {
      const key = this.#keys[entry];
      if (key === undefined) continue;
      this.#keys[length] = key;
      this.#values[length] = this.#values[entry];
      this.#hashes[length] = this.#hashes[entry] ?? 0;
      length += 1;
    }
    this.#length = length;
    this.#keys.length = length;
    this.#values.length = length;
    if (length > this.#hashes.length / 2) {
      const hashes = new Int32Array(this.#hashes.length * 2);
      hashes.set(this.#hashes);
      this.#hashes = hashes;
      this.#places = new Int32Array(hashes.length * PLACES_PER_ENTRY);
    } else {
      this.#places.fill(FREE);
    }
    for (let entry = 0; entry < length; entry += 1) this.#takePlace(entry, this.#hashes[entry] ?? 0);
  }

  #hashOf(key: string): number {
    let hash = this.#seed | 0;
    for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    return hash ^ (hash >>> 13);
  }
}
