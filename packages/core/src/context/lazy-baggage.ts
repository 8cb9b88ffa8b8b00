import type { Baggage, BaggageEntry } from '@opentelemetry/api';

/** Baggage that is worked out when somebody reads it, once. */
export class LazyBaggage implements Baggage {
  #make: (() => Baggage) | undefined;
  #made: Baggage | undefined;

  constructor(make: () => Baggage) {
    this.#make = make;
  }

  getEntry(key: string): BaggageEntry | undefined {
    return this.#get().getEntry(key);
  }

  getAllEntries(): [string, BaggageEntry][] {
    return this.#get().getAllEntries();
  }

  setEntry(key: string, entry: BaggageEntry): Baggage {
    return this.#get().setEntry(key, entry);
  }

  removeEntry(key: string): Baggage {
    return this.#get().removeEntry(key);
  }

  removeEntries(...keys: string[]): Baggage {
    return this.#get().removeEntries(...keys);
  }

  clear(): Baggage {
    return this.#get().clear();
  }

  #get(): Baggage {
    if (this.#make !== undefined) {
      this.#made = this.#make();
      this.#make = undefined;
    }
    return this.#made as Baggage;
  }
}
