import type { Baggage, BaggageEntry } from '@opentelemetry/api';

/**
 * Baggage that is created when it is first read. Most work never leaves the process, so most baggage is never read.
 *
 * Each read checks again whether the user may be in it, because the app may set a propagator that sends baggage to
 * every host long after `identify` ran. From then on, only other people's members are returned.
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
