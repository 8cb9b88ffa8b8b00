import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is what was waited for; throws after `timeoutMs` with the last answer. */
export async function waitFor<T>(
  ask: () => T | Promise<T>,
  isIt: (answer: T) => boolean,
  timeoutMs = 15_000,
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
