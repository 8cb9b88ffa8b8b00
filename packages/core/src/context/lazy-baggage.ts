import type { Baggage, BaggageEntry } from '@opentelemetry/api';

/**
 * Baggage that is made when it is read, once. Most work never leaves the process, so most baggage is never read.
 *
 * Each read asks whether the user can be in it: a propagator that would send the user to every host may be set long after
 * `identify` ran, and from then on a read returns only the members of others.
 */
export class LazyBaggage implements Baggage {
  readonly #make: () => Baggage;
  readonly #makeWithoutUser: () => Baggage;
  readonly #holdsUser: () => boolean;
  #made: Baggage | undefined;
  #madeWithoutUser: Baggage | undefined;

  constructor(make: () => Baggage, makeWithoutUser: () => Baggage, holdsUser: () => boolean) {
    this.#make = make;
    this.#makeWithoutUser = makeWithoutUser;
    this.#holdsUser = holdsUser;
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
    if (this.#holdsUser()) return (this.#made ??= this.#make());
    return (this.#madeWithoutUser ??= this.#makeWithoutUser());
  }
}
