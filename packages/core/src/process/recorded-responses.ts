import { processState } from './process-state.ts';

/**
 * Minimum number of responses that are remembered; older ones are removed in bulk. A second record of the same response
 * follows almost immediately.
 */
const MIN_RESPONSES = 1024;
const MAX_RESPONSES = 1280;
const RESPONSES: unique symbol = Symbol.for('userspan.responses.1') as never;

function responses(): Set<string> {
  return processState(RESPONSES, () => new Set<string>());
}

/** Remembers that a span for this response of a model has ended in this process. */
export function recordResponse(id: string): void {
  const known = responses();
  known.add(id);
  if (known.size <= MAX_RESPONSES) return;
  for (const oldest of known) {
    if (known.size <= MIN_RESPONSES) return;
    known.delete(oldest);
  }
}

/**
 * Whether a span for this response has ended in this process. If so, an integration that records the response again on
 * an outer span leaves out usage and cost, because backends would add up both.
 */
export function isResponseRecorded(id: string): boolean {
  return responses().has(id);
}

const FAILURES: unique symbol = Symbol.for('userspan.failures.1') as never;

function failures(): WeakMap<object, string> {
  return processState(FAILURES, () => new WeakMap<object, string>());
}

/** Remembers the id (`ATTR_FAILURE_ID`) of the failed call that threw this error. */
export function recordFailure(error: unknown, id: string): void {
  if (typeof error === 'object' && error !== null) failures().set(error, id);
}

/** Maximum depth of `cause` that is searched. */
const MAX_CAUSES = 4;

/** The id of the failed call that threw an error or one of its causes; undefined if none is recorded. */
export function failureIdOf(error: unknown): string | undefined {
  let at = error;
  for (let step = 0; step <= MAX_CAUSES && typeof at === 'object' && at !== null; step += 1) {
    const id = failures().get(at);
    if (id !== undefined) return id;
    at = (at as { readonly cause?: unknown }).cause;
  }
  return undefined;
}
