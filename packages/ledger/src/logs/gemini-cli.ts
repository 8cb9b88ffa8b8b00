import { readCount, readText } from '../reading/read-attribute.ts';
import { keptAttributes, known } from './log-record.ts';
import type { InferenceEvent, LogDialect, LogRecord } from './log-record.ts';

/**
 * Gemini CLI: `gemini_cli.api_response` for each answered request and `gemini_cli.api_error` for each failed one.
 * Thoughts are not included in the output, and tokens of tool results not in the input. It also writes each request as
 * an event of the GenAI conventions, which is ignored.
 */
export const geminiCli: LogDialect = { name: 'gemini_cli', readEvent };

function readEvent({ attributes }: LogRecord, eventName: string): InferenceEvent | undefined {
  if (eventName !== 'gemini_cli.api_response' && eventName !== 'gemini_cli.api_error') return undefined;
  const model = readText(attributes, 'model') ?? readText(attributes, 'model_name');
  if (model === undefined) return undefined;
  const isVertex = readText(attributes, 'auth_type')?.includes('vertex') === true;
  const status = readCount(attributes, 'status_code');
  const base = {
    ...keptAttributes(attributes),
    ...known({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': isVertex ? 'gcp.vertex_ai' : 'gcp.gemini',
      'gen_ai.request.model': model,
      'gen_ai.conversation.id': readText(attributes, 'session.id'),
      'http.response.status_code': status,
    }),
  };
  if (eventName === 'gemini_cli.api_error') {
    const type = readText(attributes, 'error_type') ?? readText(attributes, 'error.type');
    return { attributes: base, error: Number.isInteger(status) ? String(status) : (type ?? '_OTHER') };
  }
  const input = readCount(attributes, 'input_token_count');
  const output = readCount(attributes, 'output_token_count');
  const thoughts = readCount(attributes, 'thoughts_token_count');
  const usage = known({
    'gen_ai.usage.input_tokens':
      input === undefined ? undefined : input + (readCount(attributes, 'tool_token_count') ?? 0),
    'gen_ai.usage.output_tokens': output === undefined ? undefined : output + (thoughts ?? 0),
    'gen_ai.usage.cache_read.input_tokens': readCount(attributes, 'cached_content_token_count'),
    'gen_ai.usage.reasoning.output_tokens': thoughts,
  });
  const requestKey = readText(attributes, 'response_id');
  return { attributes: { ...base, ...usage }, ...(requestKey === undefined ? {} : { requestKey }) };
}
