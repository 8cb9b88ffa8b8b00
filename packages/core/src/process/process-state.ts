/** Where the global object cannot be extended: then each copy of this package has state of its own. */
const ownState = new Map<symbol, object>();

/**
 * State that exists once in a process, however many copies of this package it loads.
 *
 * An app can load the ESM and the CommonJS copy, or two versions in one `node_modules`: a user, a setting or a warning of
 * one must be known to the other. So the state is kept on the global object, under a registered symbol. The key ends in a
 * version, which changes with the shape of the state: `Symbol.for('userspan.settings.1')`. What is shared is plain data,
 * never distinguished by `instanceof`.
 */
export function processState<State extends object>(key: symbol, make: () => State): State {
  const known = (globalThis as Record<symbol, unknown>)[key] ?? ownState.get(key);
  if (known !== undefined) return known as State;
  const made = make();
  const isShared = Reflect.defineProperty(globalThis, key, {
    value: made,
    writable: true,
    configurable: true,
  });
  if (!isShared) ownState.set(key, made);
  return made;
}
