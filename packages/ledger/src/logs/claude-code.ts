import { readAmount, readCount, readText } from '../reading/read-attribute.ts';
import { keptAttributes, known } from './log-record.ts';
import type { InferenceEvent, LogDialect, LogRecord } from './log-record.ts';

/**
 * Claude Code: `claude_code.api_request` for each answered request and `claude_code.api_error` for each failed one,
 * with `OTEL_LOGS_EXPORTER=otlp`. The input count does not include cached tokens; numbers may be strings.
 */
export const claudeCode: LogDialect = { name: 'claude_code', readEvent };

function readEvent(log: LogRecord, eventName: string): InferenceEvent | undefined {
  const name = eventName.startsWith('claude_code.') ? eventName.slice('claude_code.'.length) : eventName;
  const isOurs = name !== eventName || isClaudeCode(log);
  if (!isOurs || (name !== 'api_request' && name !== 'api_error')) return undefined;
  const { attributes } = log;
  const model = readText(attributes, 'model');
  if (model === undefined) return undefined;
  const requestKey = readText(attributes, 'request_id');
  const base = {
    ...keptAttributes(attributes),
    ...known({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': readText(attributes, 'provider') ?? 'anthropic',
      'gen_ai.request.model': model,
      'gen_ai.response.id': requestKey,
      'gen_ai.conversation.id': readText(attributes, 'session.id'),
    }),
  };
  if (name === 'api_error') {
    const status = readCount(attributes, 'status_code');
    return {
      attributes: { ...withoutId(base), ...known({ 'http.response.status_code': status }) },
      ...(requestKey === undefined ? {} : { requestKey }),
      error: Number.isInteger(status) ? String(status) : '_OTHER',
    };
  }
  const cached = readCount(attributes, 'cache_read_tokens');
  const written = readCount(attributes, 'cache_creation_tokens');
  const input = readCount(attributes, 'input_tokens');
  const usage = known({
    'gen_ai.usage.input_tokens': input === undefined ? undefined : input + (cached ?? 0) + (written ?? 0),
    'gen_ai.usage.output_tokens': readCount(attributes, 'output_tokens'),
    'gen_ai.usage.cache_read.input_tokens': cached,
    'gen_ai.usage.cache_creation.input_tokens': written,
    'gen_ai.usage.cost': readAmount(attributes, 'cost_usd'),
    'gen_ai.response.service_tier': readText(attributes, 'speed') === 'fast' ? 'fast' : undefined,
  });
  return { attributes: { ...base, ...usage }, ...(requestKey === undefined ? {} : { requestKey }) };
}

function isClaudeCode({ resource, scope }: LogRecord): boolean {
  return (
    readText(resource, 'service.name') === 'claude-code' || scope.name.startsWith('com.anthropic.claude_code')
  );
}

/** Removes the response id of a failed request. With an id it would look answered. */
function withoutId(attributes: InferenceEvent['attributes']): InferenceEvent['attributes'] {
  const { 'gen_ai.response.id': id, ...rest } = attributes;
  void id;
  return rest;
}
