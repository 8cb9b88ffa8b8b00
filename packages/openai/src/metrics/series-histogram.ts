import type { Attributes, Histogram } from '@opentelemetry/api';

type Hash = (attributes: Attributes) => string;

/** The SDK's table of a histogram's series between two collections: one accumulation per set of attributes. */
interface SeriesTable {
  _hash: Hash;
}

/** The SDK's object that owns the current table and replaces it at each collection. */
interface TableOwner {
  readonly _activeCollectionStorage: SeriesTable;
}

/** One or several storages of the SDK, one for each view or reader. */
interface Storage {
  readonly _deltaMetricStorage?: Partial<TableOwner>;
  readonly _backingStorages?: readonly Storage[];
}

interface SdkHistogram {
  readonly _writableMetricStorage?: Storage;
}

const attributeSets = new WeakSet<object>();
const rememberingHashes = new WeakMap<Hash, Hash>();

/** Marks attributes as immutable, so that their hash can be cached. Returns the same object. */
export function fixedAttributes(attributes: Attributes): Attributes {
  attributeSets.add(Object.freeze(attributes));
  return attributes;
}

/**
 * A histogram whose attributes come from `fixedAttributes`.
 *
 * The SDK identifies a series by a hash of its attributes. For each record it sorts their names and writes JSON, which
 * takes longer and allocates more than the rest of recording. The API has no instruments bound to attributes, so this
 * replaces the hash function of the SDK's tables by one with a cache. Tables, views, readers and limits work as before.
 * An SDK with another structure is not changed.
 */
export class SeriesHistogram {
  readonly #histogram: Histogram;
  readonly #owners: readonly TableOwner[];
  readonly #tables: (SeriesTable | undefined)[];

  constructor(histogram: Histogram) {
    this.#histogram = histogram;
    this.#owners = tableOwners((histogram as SdkHistogram)._writableMetricStorage);
    this.#tables = this.#owners.map(() => undefined);
  }

  /** Adds a value to the series of these attributes. */
  record(value: number, attributes: Attributes): void {
    for (let i = 0; i < this.#owners.length; i += 1) {
      const table = (this.#owners[i] as TableOwner)._activeCollectionStorage;
      if (table === this.#tables[i]) continue;
      table._hash = rememberingHash(table._hash);
      this.#tables[i] = table;
    }
    this.#histogram.record(value, attributes);
  }
}

function tableOwners(storage: Storage | undefined): readonly TableOwner[] {
  const storages = storage?._backingStorages ?? (storage === undefined ? [] : [storage]);
  return storages.map((each) => each._deltaMetricStorage).filter(isTableOwner);
}

function isTableOwner(owner: Partial<TableOwner> | undefined): owner is TableOwner {
  return typeof owner?._activeCollectionStorage?._hash === 'function';
}

/** The same hash function with a cache for fixed attributes. */
function rememberingHash(hash: Hash): Hash {
  let remembering = rememberingHashes.get(hash);
  if (remembering === undefined) {
    const known = new WeakMap<object, string>();
    remembering = (attributes) => {
      const found = known.get(attributes);
      if (found !== undefined) return found;
      const made = hash(attributes);
      if (attributeSets.has(attributes)) known.set(attributes, made);
      return made;
    };
    rememberingHashes.set(hash, remembering);
    rememberingHashes.set(remembering, remembering);
  }
  return remembering;
}
