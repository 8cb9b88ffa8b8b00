import { createHash } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import type { Parameters } from '../../engine/store.ts';
import { Unwanted, wantedNow } from '../../../runtime/wanted.ts';
import type { IsWanted } from '../../../runtime/wanted.ts';

interface Recent<V> {
  readonly value: V;
  /** Number of writes of the store when it was asked for. */
  readonly writes: number | undefined;
  readonly weight: number;
  /** When to refresh it in the background. Milliseconds of the monotonic clock. */
  staleAt: number;
  readonly endsAt: number;
}

export interface RecentValuesOptions {
  /** Minimum number of users or calls for a value to be cached. Default 10,000. */
  readonly minSize?: number;
  /** Minimum time that a value is fresh. Default 5 seconds. */
  readonly freshMs?: number;
  /** How much longer it is used while a new one is computed. Default 10 seconds. */
  readonly graceMs?: number;
}

/** What is cached, and for how long. */
interface Keeping<V> extends RecentValuesOptions {
  /** Maximum number of values. */
  readonly max: number;
  /** Maximum weight of all values together. */
  readonly maxWeight?: number;
  /** Time after which an unused value is dropped. Default: never. */
  readonly idleMs?: number;
  /** Called with a value that has left the cache. */
  readonly onEnd?: (value: V) => void;
}

/** Computes a value; `isWanted` is whether a client still waits for it. */
export type Make<V> = (isBackground: boolean, isWanted: IsWanted) => Promise<Sized<V>>;

/** A value that is being computed. */
interface Running<V> {
  readonly value: Promise<V>;
  /** Whether each of the clients that share it still waits. */
  readonly clients: IsWanted[];
}

/** A value stays fresh for this many times the time it took, so that refreshing uses at most a fortieth of a core. */
const FRESH_FOR = 40;
const MAX_FRESH_MS = 30_000;

/** A value, and how many users or calls it covers. */
export interface Sized<V> {
  readonly value: V;
  readonly size: number;
  /** Its part of the maximum weight of all values. Default: its size. */
  readonly weight?: number;
}

/**
 * A cache, for seconds, of values that take long to compute. With the embedded engine, any value is exact until the next
 * write and is reused regardless of size and age.
 */
export class RecentValues<V> {
  readonly #store: { readonly writes?: number };
  readonly #keeping: Keeping<V> & Required<RecentValuesOptions>;
  #values: LRUCache<string, Recent<V>>;
  /** Values that are being computed, because parts of a page need the same one at the same time. */
  #running = new Map<string, Running<V>>();

  constructor(store: { readonly writes?: number }, keeping: Keeping<V>) {
    this.#store = store;
    this.#keeping = {
      ...keeping,
      minSize: keeping.minSize ?? 10_000,
      freshMs: keeping.freshMs ?? 5_000,
      graceMs: keeping.graceMs ?? 10_000,
    };
    this.#values = this.#empty();
  }

  async get(key: string, make: Make<V>): Promise<V> {
    const ask = (isBackground: boolean): Promise<V> => this.#shared(key, isBackground, make);
    const known = this.#values.get(key);
    const now = performance.now();
    if (known !== undefined && this.#isExact(known)) return known.value;
    if (known === undefined || now >= known.endsAt) return ask(false);
    if (now >= known.staleAt) {
      known.staleAt = known.endsAt;
      // If the refresh fails, the first request after this value expires gets the error.
      ask(true).catch(() => undefined);
    }
    return known.value;
  }

  /** As {@link get} if a value is cached that may still be used, otherwise `undefined`. */
  getKnown(key: string, make: Make<V>): Promise<V> | undefined {
    const known = this.#values.get(key);
    const isUsable = known !== undefined && (this.#isExact(known) || performance.now() < known.endsAt);
    return isUsable ? this.get(key, make) : undefined;
  }

  /** Computes a value in the background, unless the cached one is exact. */
  async refresh(key: string, make: Make<V>): Promise<void> {
    const known = this.#values.get(key);
    if (known !== undefined && this.#isExact(known)) return;
    await this.#shared(key, true, make);
  }

  /**
   * The cached value if it includes everything written so far, or such a value that is being computed; `undefined` if
   * there is none.
   */
  getExact(key: string): Promise<V> | undefined {
    const known = this.#values.get(key);
    if (known !== undefined && this.#isExact(known)) return Promise.resolve(known.value);
    const running = this.#running.get(nameOf(key, this.#store.writes));
    return running === undefined ? undefined : join(running);
  }

  /** Computes a value that includes everything written so far. */
  make(key: string, make: Make<V>): Promise<V> {
    return this.#shared(key, false, make);
  }

  /** Clears the cache. */
  clear(): void {
    const former = this.#values;
    // A new cache object, so that values that are being computed are not reused.
    this.#values = this.#empty();
    this.#running = new Map();
    former.clear();
  }

  #empty(): LRUCache<string, Recent<V>> {
    const { max, maxWeight, idleMs, onEnd } = this.#keeping;
    return new LRUCache({
      max,
      ...(maxWeight === undefined
        ? {}
        : { maxSize: maxWeight, sizeCalculation: ({ weight }) => Math.max(1, weight) }),
      ...(idleMs === undefined ? {} : { ttl: idleMs, ttlAutopurge: true, updateAgeOnGet: true }),
      ...(onEnd === undefined ? {} : { dispose: ({ value }) => onEnd(value) }),
    });
  }

  /** Whether nothing was written since its computation started. */
  #isExact({ writes }: Recent<V>): boolean {
    return writes !== undefined && writes === this.#store.writes;
  }

  /**
   * The value that is being computed for the same key, unless something was written since. A request does not wait for
   * one that is computed in the background, which pauses while other queries run.
   */
  #shared(key: string, isBackground: boolean, make: Make<V>): Promise<V> {
    const { writes } = this.#store;
    if (writes === undefined) return this.#make(key, isBackground, make, wantedNow());
    const running = this.#running;
    const inForeground = nameOf(key, writes);
    const name = isBackground ? `${inForeground} background` : inForeground;
    const known = running.get(inForeground) ?? running.get(name);
    if (known !== undefined) {
      const isWanted = wantedNow();
      return join(known).catch((error: unknown) => {
        // It ended before this client began to wait.
        if (error instanceof Unwanted && isWanted()) return this.#shared(key, isBackground, make);
        throw error;
      });
    }
    const clients = [wantedNow()];
    const isWanted = (): boolean => isBackground || clients.some((each) => each());
    const value = this.#make(key, isBackground, make, isWanted).finally(() => running.delete(name));
    running.set(name, { value, clients });
    return value;
  }

  async #make(key: string, isBackground: boolean, make: Make<V>, isWanted: IsWanted): Promise<V> {
    const { minSize, freshMs, graceMs, onEnd } = this.#keeping;
    const values = this.#values;
    const start = performance.now();
    const { writes } = this.#store;
    const { value, size, weight = size } = await make(isBackground, isWanted);
    const now = performance.now();
    const current = isBackground ? values.peek(key) : undefined;
    if (values !== this.#values) {
      onEnd?.(value);
    } else if (current !== undefined && this.#isExact(current)) {
      // A request did not wait, and computed it.
      onEnd?.(value);
      return current.value;
    } else if (size >= minSize) {
      const staleAt = now + Math.max(freshMs, Math.min(FRESH_FOR * (now - start), MAX_FRESH_MS));
      values.set(key, { value, writes, weight, staleAt, endsAt: staleAt + graceMs });
    } else if (writes === undefined) {
      values.delete(key);
      onEnd?.(value);
    } else {
      values.set(key, { value, writes, weight, staleAt: now, endsAt: now });
    }
    return value;
  }
}

/** The value, for the current client too. */
function join<V>({ value, clients }: Running<V>): Promise<V> {
  clients.push(wantedNow());
  return value;
}

/** The name of a value that is being computed: what is written later is not in it. */
function nameOf(key: string, writes: number | undefined): string {
  return `${writes} ${key}`;
}

/** A hash, because a statement with the keys of many users may have a megabyte. */
export function keyOfQuery(sql: string, parameters: Parameters): string {
  const values = JSON.stringify(parameters, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return createHash('sha256').update(`${sql}\0${values}`).digest('base64');
}
