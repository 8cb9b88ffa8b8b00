/** An error of an app. */
export class Quota extends Error {
  override name = 'Quota';
}

/** Waits until all pending microtasks and immediate callbacks have run. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Returns the unhandled rejections while `fn` ran. */
export async function unhandledDuring(fn: () => void): Promise<unknown[]> {
  const reasons: unknown[] = [];
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  const hear = (reason: unknown): void => void reasons.push(reason);
  process.on('unhandledRejection', hear);
  try {
    fn();
    await settled();
    await settled();
  } finally {
    process.off('unhandledRejection', hear);
    for (const listener of others) process.on('unhandledRejection', listener);
  }
  return reasons;
}
