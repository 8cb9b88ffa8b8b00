/** A method that replaces another one and can be removed. */
export interface Overlay {
  /** Restores the original method. If another patch wraps ours, ours stays and passes every call through. */
  remove(): void;
}

/** Replaces a method that `target` has or inherits. Not enumerable, like methods of a class. */
export function overlayMethod<Target extends object, Name extends keyof Target & string>(
  target: Target,
  name: Name,
  wrap: (original: NonNullable<Target[Name]>) => NonNullable<Target[Name]>,
): Overlay | undefined {
  const original = target[name];
  if (typeof original !== 'function') return undefined;
  const own = Object.getOwnPropertyDescriptor(target, name);
  const method = wrap(original);
  // Keeps the name, which appears in the library's messages and in stack traces.
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

/** The object in the prototype chain that has the method as its own property. */
export function ownerOf(start: object, name: string): object | undefined {
  let owner: object | null = start;
  while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as object | null;
  return owner ?? undefined;
}
