import { expect } from 'vitest';

/** Asks until the answer is the one that is waited for. Ten seconds, for machines that do much else. */
export function soon<T>(ask: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(ask, { timeout: 10_000 });
}
