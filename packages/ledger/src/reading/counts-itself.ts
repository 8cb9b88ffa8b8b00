import type { Attributes } from '../span.ts';
import { own, readFirstCount, readText } from './read-attribute.ts';

/** Traceloop's instrumentations for JavaScript that count the tokens of streams with their own tokenizer. */
const TRACELOOP: ReadonlySet<string> = new Set([
  '@traceloop/instrumentation-openai',
  '@traceloop/instrumentation-together-ai',
]);
const COUNTED: ReadonlySet<string> = new Set(['chat', 'text_completion', 'completion']);
const CACHED = ['gen_ai.usage.cache_read.input_tokens', 'gen_ai.usage.cache_creation.input_tokens'];

/**
 * Whether the sender may have counted the tokens itself with a tokenizer. Such usage is an estimate and usually too
 * low, because it does not include tokens of the message format, tools and reasoning.
 *
 * - Traceloop for JavaScript 0.27.0 does so for every stream of chat completions, even if the provider sends the usage.
 * The span does not show whether the answer was a stream, so all its chat completions are estimates. The Responses API
 * is exact.
 * - OpenLIT 1.15.0 does so for a stream without usage. Cached tokens come from the provider only.
 */
export function countsItself(attributes: Attributes, scope: string | undefined): boolean {
  if (scope !== undefined && TRACELOOP.has(scope)) {
    const isResponse = readText(attributes, 'gen_ai.response.id')?.startsWith('resp_') === true;
    return !isResponse && COUNTED.has(readText(attributes, 'gen_ai.operation.name') ?? 'chat');
  }
  if (own(attributes, 'telemetry.sdk.name') !== 'openlit') return false;
  const isStream =
    own(attributes, 'gen_ai.request.is_stream') === true || own(attributes, 'gen_ai.request.stream') === true;
  return isStream && (readFirstCount(attributes, CACHED) ?? 0) === 0;
}
