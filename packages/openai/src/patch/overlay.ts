/** A method that was put over another one. */
export interface Overlay {
  /** Restores the original method. Where another patch covers ours, ours stays and passes every call through. */
  remove(): void;
}

/** Puts a method over the one that `target` has or inherits, invisible to enumeration as methods are. */
export function overlayMethod<Target extends object, Name extends keyof Target & string>(
  target: Target,
  name: Name,
  wrap: (original: NonNullable<Target[Name]>) => NonNullable<Target[Name]>,
): Overlay | undefined {
  const original = target[name];
  if (typeof original !== 'function') return undefined;
  const own = Object.getOwnPropertyDescriptor(target, name);
  const method = wrap(original);
  // The library compares some of its methods by name in messages and stack traces.
  Object.defineProperty(method, 'name', { value: name, configurable: true });
  Object.defineProperty(target, name, {
    value: method,
    configurable: true,
    writable: true,
    enumerable: false,
  });
  return {
    remove() {
      if (target[name] !== method) return;
      if (own === undefined) delete target[name];
      else Object.defineProperty(target, name, own);
    },
  };
}

/** The object in the chain of prototypes that has a method itself. */
export function ownerOf(start: object, name: string): object | undefined {
  let owner: object | null = start;
  while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as object | null;
  return owner ?? undefined;
}
