import { ATTR_TIME_TO_FIRST_CHUNK } from '@userspan/core/semconv';
import type { Span } from '../span.ts';
import { readAmount, readText } from './read-attribute.ts';

/** Attributes with the time until the first chunk of a stream, and their unit in nanoseconds. */
const DURATIONS: readonly (readonly [name: string, unitNs: number])[] = [
  [ATTR_TIME_TO_FIRST_CHUNK, 1e9],
  ['gen_ai.server.time_to_first_token', 1e9],
  // The AI SDK counts milliseconds.
  ['ai.response.msToFirstChunk', 1e6],
  ['ai.stream.msToFirstChunk', 1e6],
];
/** Langfuse states the time of the first chunk, sometimes as a JSON string. */
const LANGFUSE_MOMENT = 'langfuse.observation.completion_start_time';

/**
 * Nanoseconds from the start of a call to the first chunk of its answer; undefined if the span does not state it or the
 * time is not within the call.
 */
export function firstChunkNsOf(span: Span): number | undefined {
  for (const [name, unitNs] of DURATIONS) {
    const amount = readAmount(span.attributes, name);
    if (amount !== undefined) return within(span, Math.round(amount * unitNs));
  }
  const moment = readText(span.attributes, LANGFUSE_MOMENT)?.replaceAll('"', '');
  if (moment === undefined) return undefined;
  return within(span, Date.parse(moment) * 1e6 - Number(span.startTimeUnixNano));
}

/** The time if it is within the call. */
function within({ startTimeUnixNano, endTimeUnixNano }: Span, ns: number): number | undefined {
  return ns > 0 && ns <= Number(endTimeUnixNano - startTimeUnixNano) ? Math.round(ns) : undefined;
}
