import type { CallRow } from '../call-row.ts';
import type { Cell } from '../columns/column.ts';

/** The dimensions by which figures are summed: one value of each. */
export interface Dimensions {
  /** The number of this set of dimensions. */
  readonly number: number;
  /** The number of the set with the same service and no other dimensions. */
  readonly ofService: number;
  readonly isClaimed: boolean;
  /** The dimensions as cells, in the order of the roll-ups' columns. */
  readonly cells: readonly Cell[];
}

type Values = Pick<
  CallRow,
  'provider' | 'model' | 'service' | 'operation' | 'scope' | 'tags' | 'user_claimed'
>;

const NO_TAGS: readonly string[] = [];
const MAX_LATEST = 8;

/** Numbers the sets of dimensions in a write batch. A few hundred sets cover all calls. */
export class DimensionTable {
  readonly #found = new Map<string, Dimensions>();
  /** The most recently used sets. */
  readonly #latest: { values: Values; dimensions: Dimensions }[] = [];
  #oldest = 0;
  #lastService: { readonly service: string; readonly dimensions: Dimensions } | undefined;

  of(values: Values): Dimensions {
    // Consecutive calls often have the same dimensions, and comparing is faster than building a key.
    for (const { values: known, dimensions } of this.#latest) {
      if (areSame(known, values)) {
        return dimensions;
      }
    }
    const dimensions = this.#find(values);
    this.#latest[this.#oldest] = { values, dimensions };
    this.#oldest = (this.#oldest + 1) % MAX_LATEST;
    return dimensions;
  }

  ofService(service: string): Dimensions {
    if (this.#lastService?.service === service) return this.#lastService.dimensions;
    const dimensions = this.#find({
      provider: '',
      model: '',
      service,
      operation: '',
      scope: '',
      tags: NO_TAGS,
      user_claimed: 0,
    });
    this.#lastService = { service, dimensions };
    return dimensions;
  }

  #find({ provider, model, service, operation, scope, tags, user_claimed }: Values): Dimensions {
    const key = `${provider}\0${model}\0${service}\0${operation}\0${scope}\0${user_claimed}\0${tags.join('\x01')}`;
    const found = this.#found.get(key);
    if (found !== undefined) return found;
    const isServiceOnly =
      provider === '' &&
      model === '' &&
      operation === '' &&
      scope === '' &&
      tags.length === 0 &&
      user_claimed === 0;
    const ofService = isServiceOnly ? this.#found.size : this.ofService(service).number;
    const dimensions = {
      number: this.#found.size,
      ofService,
      isClaimed: user_claimed === 1,
      cells: [provider, model, service, operation, scope, tags, user_claimed],
    };
    this.#found.set(key, dimensions);
    return dimensions;
  }
}

function areSame(a: Values, b: Values): boolean {
  return (
    a.model === b.model &&
    a.provider === b.provider &&
    a.service === b.service &&
    a.operation === b.operation &&
    a.scope === b.scope &&
    a.user_claimed === b.user_claimed &&
    a.tags.length === b.tags.length &&
    a.tags.every((tag, at) => tag === b.tags[at])
  );
}
