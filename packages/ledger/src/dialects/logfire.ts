import { readProvidersUsage } from '../reading/providers-usage.ts';
import { readAmount, readObject, readText } from '../reading/read-attribute.ts';
import type { Attributes, Span } from '../span.ts';
import type { CallFacts, Dialect } from './dialect.ts';

/**
 * Logfire for Python: GenAI conventions, with the provider's own usage in `gen_ai.usage.raw` (or `usage`), and the
 * `group_id` of OpenAI Agents as the conversation. Recorded with 5.4.0.
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

/** Maximum time in milliseconds between an answer and the application's first read of its stream. */
const MAX_PAUSE_MS = 1000;

/** Logfire's record of the end of a stream: when it started, and a marker for this kind of record. */
export interface StreamRecord {
  readonly scope: string;
  /** Milliseconds since the Unix epoch, between the start of the request's span and the first read of the stream. */
  readonly startMs: number;
}

/**
 * Recognizes the second of Logfire's two records of a stream. Both have the same scope: a span for the request without
 * usage, which ends where the stream begins, and at the end of the stream a sibling without duration that has the
 * usage. `undefined` for any other span.
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
