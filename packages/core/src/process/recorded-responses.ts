import { processState } from './process-state.ts';

/**
 * How many responses are remembered at least; older ones are forgotten in bulk. A second record of a response follows
 * within moments.
 */
const MIN_RESPONSES = 1024;
const MAX_RESPONSES = 1280;
const RESPONSES: unique symbol = Symbol.for('userspan.responses.1') as never;

function responses(): Set<string> {
  return processState(RESPONSES, () => new Set<string>());
}

/** Remembers that a span for this response of a model has ended in this process. */
export function noteResponse(id: string): void {
  const known = responses();
  known.add(id);
  if (known.size <= MAX_RESPONSES) return;
  for (const oldest of known) {
    if (known.size <= MIN_RESPONSES) return;
    known.delete(oldest);
  }
}

/**
 * Whether a span for this response has ended in this process. An integration that would record it again on an outer span
 * leaves usage and cost out: backends add up what they find.
 */
export function isResponseNoted(id: string): boolean {
  return responses().has(id);
}

const FAILURES: unique symbol = Symbol.for('userspan.failures.1') as never;

function failures(): WeakMap<object, string> {
  return processState(FAILURES, () => new WeakMap<object, string>());
}

/** Remembers the id (`ATTR_FAILURE_ID`) of the failed call that this error was thrown by. */
export function noteFailure(error: unknown, id: string): void {
  if (typeof error === 'object' && error !== null) failures().set(error, id);
}

/** How many causes of an error are looked at. */
const MAX_CAUSES = 4;

/** The id of the failed call that an error, or one of its causes, was thrown by; undefined where none is recorded. */
export function failureIdOf(error: unknown): string | undefined {
  let at = error;
  for (let step = 0; step <= MAX_CAUSES && typeof at === 'object' && at !== null; step += 1) {
    const id = failures().get(at);
    if (id !== undefined) return id;
    at = (at as { readonly cause?: unknown }).cause;
  }
  return undefined;
}
