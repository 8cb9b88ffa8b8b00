import { warnOnce } from './warn.ts';

/** Makes a function that does not throw, whatever it is given: then it returns the other value, and warns once. */
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
