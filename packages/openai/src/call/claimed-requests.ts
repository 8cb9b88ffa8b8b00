import { processState } from '@userspan/core/internal';

/** An entry that is never removed, because V8 allocates a new table whenever a map becomes empty. */
const PLACEHOLDER: object = Object.freeze({});

/**
 * Which patch records a request, by the options object that the library uses for the request and its retries.
 *
 * All copies of this package in a process share the table: the first patch that sees a request records it, and the
 * others ignore it. The table contains only open calls, so it stays small. A hidden property of the options would be
 * slower: the library copies them several times per request (`{ ...options }`), and V8 copies an object with a
 * non-enumerable property one property at a time.
 */
const claims: Map<object, object> = processState(
  Symbol.for('userspan.openai.claims.1'),
  () => new Map<object, object>([[PLACEHOLDER, PLACEHOLDER]]),
);

/** Records which patch handles a request. The options are our own copy. */
export function claimRequest(options: object, claimant: object): void {
  claims.set(options, claimant);
}

/** The claimant of a request: a `Call`, possibly of another copy of this package. */
export function claimantOf(options: object): object | undefined {
  return claims.get(options);
}

/** Removes the request of a call that has ended. */
export function releaseRequest(options: object): void {
  claims.delete(options);
}

/** Removes all requests of a call whose request was repeated with a copy of its options. */
export function releaseAllRequests(claimant: object): void {
  for (const [options, other] of claims) {
    if (other === claimant) {
      claims.delete(options);
    }
  }
}
