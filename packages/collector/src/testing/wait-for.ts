import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls a function until its result is the expected one. Throws with the last result after `timeoutMs`. A machine on which
 * all tests run at once may need half a minute to store the first spans.
 */
export async function waitFor<T>(
  ask: () => T | Promise<T>,
  isIt: (answer: T) => boolean,
  timeoutMs = 40_000,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (isIt(answer)) {
      return answer;
    }
    if (performance.now() > end) {
      throw new Error(`waited for ${timeoutMs} ms; last: ${JSON.stringify(answer)}`);
    }
    await sleep(20);
  }
}
