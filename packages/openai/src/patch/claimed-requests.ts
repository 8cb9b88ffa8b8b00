/**
 * Requests that are being recorded, by their options object.
 *
 * On the global object: with two copies of this package, or two instrumentations, the first to see a request records
 * it and the others let it pass.
 */
const CLAIMED: unique symbol = Symbol.for('userspan.openai.claimed.1') as never;

function claimed(): WeakSet<object> {
  const holder = globalThis as { [CLAIMED]?: WeakSet<object> };
  return (holder[CLAIMED] ??= new WeakSet());
}

/** Claims a request; false when somebody has. */
export function claimRequest(options: object): boolean {
  const requests = claimed();
  if (requests.has(options)) return false;
  requests.add(options);
  return true;
}

/** Whether somebody records this request. */
export function isRequestClaimed(options: object): boolean {
  return claimed().has(options);
}
