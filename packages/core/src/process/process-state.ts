/**
 * Cache of the states that this copy of the package has used, because reading a symbol property of the global object is
 * slow and some states are read several times per span. If the global object cannot be extended, only this map exists
 * and each copy has its own state.
 */
const known = new Map<symbol, object>();

/**
 * State that exists once in a process, however many copies of this package it loads.
 *
 * An app can load the ESM and the CommonJS copy, or two versions in one `node_modules`. Both must share users, settings
 * and warnings, so the state is on the global object under a registered symbol. The key ends in a version that changes
 * with the shape of the state: `Symbol.for('userspan.settings.1')`. Shared state is plain data and never checked with
 * `instanceof`.
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
