/** When something began whose end is recorded as a call, and when its first output arrived. */
export interface Beginning {
  readonly startedAtEpochMs: number;
  /** The same on the monotonic clock. */
  readonly startedAtMs: number;
  /** On the monotonic clock; undefined until the first output arrives. */
  firstChunkAtMs: number | undefined;
}

/** A beginning: when a request was sent, or now. */
export function beginningOf(
  request: { readonly sentAtEpochMs: number; readonly sentAtMs: number } | undefined,
): Beginning {
  return {
    startedAtEpochMs: request?.sentAtEpochMs ?? Date.now(),
    startedAtMs: request?.sentAtMs ?? performance.now(),
    firstChunkAtMs: undefined,
  };
}

/** Seconds from the beginning to the first output; undefined without output. */
export function firstChunkSecondsOf({ startedAtMs, firstChunkAtMs }: Beginning): number | undefined {
  return firstChunkAtMs === undefined ? undefined : Math.max(firstChunkAtMs - startedAtMs, 0) / 1000;
}
