/**
 * Who records a request, on the options object that the library carries through it, where nobody looks.
 *
 * The name is the same for every copy of this package: the first to see a request records it, and the others let it
 * pass. A property and not a WeakMap, whose table grows with the traffic and is copied again and again.
 */
const CLAIMED: unique symbol = Symbol.for('userspan.openai.claimed.1') as never;

/** Says who records a request. The options are our own copy. */
export function claimRequest(options: object, claimant: object): void {
  Object.defineProperty(options, CLAIMED, { value: claimant, configurable: true });
}

/** Who records a request: a `Call`, perhaps one of another copy of this package. */
export function claimantOf(options: object): object | undefined {
  return (options as { [CLAIMED]?: object })[CLAIMED];
}
