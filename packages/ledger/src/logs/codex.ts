import { USAGE_PREFIX } from '@userspan/core/semconv';
import { readCount, readText } from '../reading/read-attribute.ts';
import { keptAttributes, known } from './log-record.ts';
import type { InferenceEvent, LogDialect, LogRecord } from './log-record.ts';

const STREAM_EVENTS: ReadonlySet<string> = new Set(['codex.sse_event', 'codex.websocket_event']);
/** Events that report the use of a provider's own tool -> the count that is billed. */
const TOOL_EVENTS: ReadonlyMap<string, string> = new Map([
  ['response.web_search_call.completed', 'web_search_calls'],
  ['response.file_search_call.completed', 'file_search_calls'],
]);

/**
 * Codex CLI: the stream event for a completed response. Input includes cached tokens, output includes reasoning.
 *
 * A web search is billed in addition to tokens. Codex records it as a stream event without a reference to the response,
 * and the two may arrive in different OTLP requests. So each search becomes a separate call that has only the fee.
 */
export const codex: LogDialect = { name: 'codex', readEvent };

function readEvent({ attributes }: LogRecord, eventName: string): InferenceEvent | undefined {
  const kind = readText(attributes, 'event.kind');
  if (!STREAM_EVENTS.has(eventName) || kind === undefined) return undefined;
  const base = {
    ...keptAttributes(attributes),
    ...known({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': readText(attributes, 'model') ?? readText(attributes, 'slug'),
      'gen_ai.conversation.id': readText(attributes, 'conversation.id'),
    }),
  };
  const tool = TOOL_EVENTS.get(kind);
  if (tool !== undefined) {
    return { attributes: { ...base, [`${USAGE_PREFIX}${tool}`]: 1 } };
  }
  if (kind !== 'response.completed') return undefined;
  const input = readCount(attributes, 'input_token_count');
  const output = readCount(attributes, 'output_token_count');
  if (input === undefined && output === undefined) return undefined;
  const requestKey = readText(attributes, 'response.id') ?? readText(attributes, 'response_id');
  return {
    attributes: {
      ...base,
      ...known({
        'gen_ai.response.id': requestKey,
        'gen_ai.usage.input_tokens': input,
        'gen_ai.usage.output_tokens': output,
        'gen_ai.usage.cache_read.input_tokens': readCount(attributes, 'cached_token_count'),
        'gen_ai.usage.cache_creation.input_tokens': readCount(attributes, 'cache_write_token_count'),
        'gen_ai.usage.reasoning.output_tokens': readCount(attributes, 'reasoning_token_count'),
      }),
    },
    ...(requestKey === undefined ? {} : { requestKey }),
  };
}
