import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collects garbage and runs pending callbacks. */
export async function collect(): Promise<void> {
  let rounds = 0;
  await collectUntil(() => (rounds += 1) > 3);
}

/** Collects garbage until the condition holds; fails after ten seconds. */
export async function collectUntil(isDone: () => boolean): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const end = Date.now() + 10_000;
  while (!isDone()) {
    if (Date.now() > end) throw new Error('still not collected after ten seconds');
    collect();
    // Callbacks of a FinalizationRegistry run as separate tasks.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
