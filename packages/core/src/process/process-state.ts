/**
 * The states that this copy of the package has used. A property of the global object is slow to read by a symbol, and some
 * states are read several times for each span. Where the global object cannot be extended, this is all there is, and each
 * copy has state of its own.
 */
const known = new Map<symbol, object>();

/**
 * State that exists once in a process, however many copies of this package it loads.
 *
 * An app can load the ESM and the CommonJS copy, or two versions in one `node_modules`: a user, a setting or a warning of
 * one must be known to the other. So the state is kept on the global object, under a registered symbol. The key ends in a
 * version, which changes with the shape of the state: `Symbol.for('userspan.settings.1')`. What is shared is plain data,
 * never distinguished by `instanceof`.
 */
export function processState<State extends object>(key: symbol, make: () => State): State {
  return (known.get(key) ?? sharedState(key, make)) as State;
}

function sharedState(key: symbol, make: () => object): object {
  let state = (globalThis as Record<symbol, unknown>)[key] as object | undefined;
  if (state === undefined) {
    state = make();
    Reflect.defineProperty(globalThis, key, { value: state, writable: true, configurable: true });
  }
  known.set(key, state);
  return state;
}
