/**
 * Requests that are being recorded, by the options object that the library carries through them, and who records each.
 *
 * On the global object: with two copies of this package, or two instrumentations, the first to see a request records
 * it and the others let it pass.
 */
const CLAIMED: unique symbol = Symbol.for('userspan.openai.claimed.1') as never;

const holder = globalThis as { [CLAIMED]?: WeakMap<object, object> };

/** Says who records a request. */
export function claimRequest(options: object, claimant: object): void {
  (holder[CLAIMED] ??= new WeakMap()).set(options, claimant);
}

/** Who records a request: a `Call`, perhaps one of another copy of this package. */
export function claimantOf(options: object): object | undefined {
  return holder[CLAIMED]?.get(options);
}
