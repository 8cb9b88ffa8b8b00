import { processState } from '@userspan/core/internal';

/** One entry that is never removed: V8 makes a new table each time a map becomes empty. */
const PLACEHOLDER: object = Object.freeze({});

/**
 * Who records a request, by the options object that the library carries through it and through its retries.
 *
 * There is one table for all copies of this package in a process: the first to see a request records it, and the others
 * let it pass. The table holds open calls only, so it stays small. It is not a hidden property of the options: the
 * library copies them several times a request (`{ ...options }`), and V8 copies an object with a property that is not
 * enumerable one property at a time.
 */
const claims: Map<object, object> = processState(
  Symbol.for('userspan.openai.claims.1'),
  () => new Map<object, object>([[PLACEHOLDER, PLACEHOLDER]]),
);

/** Notes who records a request. The options are our own copy. */
export function claimRequest(options: object, claimant: object): void {
  claims.set(options, claimant);
}

/** Who records a request: a `Call`, perhaps one of another copy of this package. */
export function claimantOf(options: object): object | undefined {
  return claims.get(options);
}

/** Removes the request of a call that has ended. */
export function releaseRequest(options: object): void {
  claims.delete(options);
}

/** Removes every request of a call; for one whose request was repeated with a copy of its options. */
export function releaseAllRequests(claimant: object): void {
  for (const [options, other] of claims) {
    if (other === claimant) {
      claims.delete(options);
    }
  }
}
