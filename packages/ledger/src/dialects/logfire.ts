import { readProvidersUsage } from '../reading/providers-usage.ts';
import { readAmount, readObject, readText } from '../reading/read-attribute.ts';
import type { Attributes, Span } from '../span.ts';
import type { CallFacts, Dialect } from './dialect.ts';

/**
 * Logfire for Python: GenAI conventions, with the provider's own usage in `gen_ai.usage.raw` (or `usage`), and the group
 * of OpenAI Agents as conversation. Recorded with 5.4.0.
 */
export const logfire: Dialect = {
  name: 'logfire',
  userIdKeys: [],
  threadKeys: ['group_id'],
  tagKeys: [],
  metadataKeys: [],
  readCall,
};

function readCall(attributes: Attributes): CallFacts | undefined {
  if (readText(attributes, 'logfire.msg_template') === undefined) return undefined;
  if (readText(attributes, 'gen_ai.request.model') === undefined) return undefined;
  const raw = readObject(attributes, 'gen_ai.usage.raw') ?? readObject(attributes, 'usage');
  const usage = raw === undefined ? undefined : readProvidersUsage(raw);
  return usage === undefined ? undefined : { role: 'call', usage };
}

/** Longest time in milliseconds that an application may take from the answer to the reading of its stream. */
const MAX_PAUSE_MS = 1000;

/** The end of a stream, as Logfire records it: where the record counts as begun, and that it is one of its own kind. */
export interface StreamRecord {
  readonly scope: string;
  /** Milliseconds since the Unix epoch: before the stream was read, and after the span of the request had begun. */
  readonly startMs: number;
}

/**
 * Logfire records a stream twice, both times in one scope: a span for the request, without usage, and when the stream is
 * over a log beside it, with the usage and no length. The span of the request ends where the stream begins. `undefined`
 * for any other span.
 */
export function streamRecordOf({ attributes, scope, endTimeUnixNano }: Span): StreamRecord | undefined {
  if (!scope.name.startsWith('logfire')) return undefined;
  if (readText(attributes, 'logfire.msg_template')?.startsWith('streaming response from') !== true)
    return undefined;
  const seconds = readAmount(attributes, 'duration') ?? 0;
  return {
    scope: `${scope.name} stream`,
    startMs: Number(endTimeUnixNano) / 1e6 - seconds * 1000 - MAX_PAUSE_MS,
  };
}
