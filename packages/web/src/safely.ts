import { warnOnce } from './warn.ts';

/** Wraps a function so that it never throws: on an error, it returns the fallback and warns once. */
export function safely<Args extends unknown[], Result>(
  work: (...args: Args) => Result,
  otherwise: () => Result,
): (...args: Args) => Result {
  return (...args) => {
    try {
      return work(...args);
    } catch {
      warnOnce('something that cannot be recorded is dropped; the page goes on.');
      return otherwise();
    }
  };
}
