import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  readonly signal: AbortSignal;
  readonly onFailure: (error: unknown) => void;
  /** First and longest pause. Default 100 ms and 10 s. */
  readonly firstMs?: number;
  readonly lastMs?: number;
}

/** Repeats `work` until it succeeds, with increasing pauses. Resolves with undefined if `signal` aborts first. */
export async function retry<T>(
  work: () => Promise<T>,
  { signal, onFailure, firstMs = 100, lastMs = 10_000 }: RetryOptions,
): Promise<{ readonly value: T } | undefined> {
  for (let waitMs = firstMs; ; waitMs = Math.min(waitMs * 2, lastMs)) {
    try {
      return { value: await work() };
    } catch (error) {
      onFailure(error);
    }
    if (!(await pause(waitMs, signal))) {
      return undefined;
    }
  }
}

/** Waits. Resolves with false if `signal` aborts first. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
