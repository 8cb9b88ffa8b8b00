import { readCount, readText } from '../reading/read-attribute.ts';
import { keptAttributes, known } from './log-record.ts';
import type { InferenceEvent, LogDialect, LogRecord } from './log-record.ts';

const STREAM_EVENTS: ReadonlySet<string> = new Set(['codex.sse_event', 'codex.websocket_event']);

/**
 * Codex CLI: the event of a stream that says that the response is complete. Input includes cached tokens, output includes
 * reasoning.
 */
export const codex: LogDialect = { name: 'codex', readEvent };

function readEvent({ attributes }: LogRecord, eventName: string): InferenceEvent | undefined {
  if (!STREAM_EVENTS.has(eventName) || readText(attributes, 'event.kind') !== 'response.completed') {
    return undefined;
  }
  const input = readCount(attributes, 'input_token_count');
  const output = readCount(attributes, 'output_token_count');
  if (input === undefined && output === undefined) return undefined;
  const requestKey = readText(attributes, 'response.id') ?? readText(attributes, 'response_id');
  return {
    attributes: {
      ...keptAttributes(attributes),
      ...known({
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': readText(attributes, 'model') ?? readText(attributes, 'slug'),
        'gen_ai.response.id': requestKey,
        'gen_ai.conversation.id': readText(attributes, 'conversation.id'),
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
