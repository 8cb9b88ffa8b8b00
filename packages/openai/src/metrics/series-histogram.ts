import type { Attributes, Histogram } from '@opentelemetry/api';

type Hash = (attributes: Attributes) => string;

/** The SDK's table of a histogram's series between two collections: one accumulation for each set of attributes. */
interface SeriesTable {
  _hash: Hash;
}

/** The SDK's part that has the current table, and replaces it at each collection. */
interface TableOwner {
  readonly _activeCollectionStorage: SeriesTable;
}

/** A storage of the SDK, or several: one for each view or reader. */
interface Storage {
  readonly _deltaMetricStorage?: Partial<TableOwner>;
  readonly _backingStorages?: readonly Storage[];
}

interface SdkHistogram {
  readonly _writableMetricStorage?: Storage;
}

const attributeSets = new WeakSet<object>();
const rememberingHashes = new WeakMap<Hash, Hash>();

/** Marks attributes as never changed, so that their hash may be remembered. Gives the same object. */
export function fixedAttributes(attributes: Attributes): Attributes {
  attributeSets.add(Object.freeze(attributes));
  return attributes;
}

/**
 * A histogram whose attributes come from `fixedAttributes`.
 *
 * The SDK identifies a series by a hash of its attributes: for each record it sorts their names and writes them as JSON,
 * which takes longer and allocates more than all else that a record does. The API has no instruments that are bound to
 * attributes, so the hash function of the SDK's own tables is replaced by one that remembers its results. The tables, and with
 * them views, readers and limits, work as ever. Of an SDK that is made in another way, nothing is touched.
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

/** The same function, which works out the hash of fixed attributes once. */
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
