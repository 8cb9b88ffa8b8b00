import { processState } from './process-state.ts';

/** Responses remembered; the oldest goes first. A second record of one follows within moments. */
const MAX_RESPONSES = 1024;
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
    known.delete(oldest);
    return;
  }
}

/**
 * Whether a span for this response has ended in this process. An integration that would record it again, further out,
 * leaves usage and cost out: backends add up what they find.
 */
export function isResponseNoted(id: string): boolean {
  return responses().has(id);
}
