import { boundedJson, MAX_ID_LENGTH } from '@userspan/core/internal';
import {
  ATTR_CACHE_CREATION_TOKENS,
  ATTR_CACHE_READ_TOKENS,
  ATTR_ERROR_TYPE,
  ATTR_INPUT_MESSAGES,
  ATTR_INPUT_TOKENS,
  ATTR_OPERATION_NAME,
  ATTR_OUTPUT_MESSAGES,
  ATTR_OUTPUT_TOKENS,
  ATTR_PROVIDER_NAME,
  ATTR_REASONING_TOKENS,
  ATTR_REQUEST_MODEL,
  ATTR_RESPONSE_ID,
} from '@userspan/core/semconv';
import { type ClientSpan, type ClientValue, spanIdOf, traceIdOf, traceParentOf } from '../client-span.ts';
import { type ClientUser, clientUserOf, userPairs } from '../client-user.ts';
import { countOf, field, type JsonObject, objectOf, stringOf, timeOf } from '../read-client-json.ts';

type Pair = readonly [key: string, value: ClientValue];

const OPERATIONS: Readonly<Record<string, string>> = {
  $ai_generation: 'chat',
  $ai_embedding: 'embeddings',
  $ai_span: 'invoke_workflow',
  $ai_trace: 'invoke_workflow',
};
const MAX_NAME = 256;
const MAX_TEXT = 4096;
const MAX_LATENCY_SECONDS = 86_400;

/**
 * The span of one of PostHog's AI events; `undefined` for any other or invalid event.
 *
 * An event is sent at the end of what it describes, so the span's start is the event's time minus its latency.
 */
export function postHogSpan(
  value: unknown,
  receivedAtMs: number,
  keepsContent: boolean,
): ClientSpan | undefined {
  const event = objectOf(value) ?? {};
  const name = field(event, 'event');
  const operation =
    typeof name === 'string' && Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
  const properties = objectOf(field(event, 'properties'));
  if (operation === undefined || properties === undefined) {
    return undefined;
  }
  const text = (key: string): string | undefined => stringOf(field(properties, key), MAX_NAME);
  const eventId = stringOf(field(event, 'uuid'), MAX_ID_LENGTH) ?? boundedJson(event, MAX_TEXT) ?? '';
  const traceId = idOf(properties, '$ai_trace_id') ?? eventId;
  const isTrace = name === '$ai_trace';
  const ownId = isTrace ? traceId : (idOf(properties, '$ai_span_id', '$ai_generation_id') ?? eventId);
  const parentId = isTrace ? undefined : (idOf(properties, '$ai_parent_id') ?? traceId);
  const endMs = timeOf(field(event, 'timestamp'), receivedAtMs) ?? receivedAtMs;
  const isRequest = name === '$ai_generation' || name === '$ai_embedding';
  const model = text('$ai_model');
  // Within a trace of OpenTelemetry, the event and the span of another instrumentation can be joined without a common id.
  const above = isRequest ? traceParentOf(text('traceparent')) : undefined;
  const shown = isRequest ? model : (text('$ai_span_name') ?? text('$ai_name'));
  return {
    traceId: above?.traceId ?? traceIdOf(traceId),
    // An application that uses the trace id as the span id means the trace.
    spanId: spanIdOf(ownId),
    parentSpanId:
      above?.spanId ?? (parentId === undefined || parentId === ownId ? undefined : spanIdOf(parentId)),
    name: shown === undefined ? operation : `${operation} ${shown}`,
    isRequest,
    startMs: endMs - latencyMs(properties),
    endMs,
    error: errorOf(properties),
    attributes: [
      [ATTR_OPERATION_NAME, operation],
      ...userPairs(userOf(event, properties, traceId)),
      ...groupPairs(properties),
      ['$ai_session_id', idOf(properties, '$ai_session_id')],
      ['$session_id', idOf(properties, '$session_id')],
      [ATTR_ERROR_TYPE, isError(properties) ? errorType(properties) : undefined],
      ...(isRequest ? requestPairs(properties, model, text) : []),
      ...(keepsContent ? contentPairs(properties) : []),
    ],
  };
}

function requestPairs(
  properties: JsonObject,
  model: string | undefined,
  text: (key: string) => string | undefined,
): readonly Pair[] {
  return [
    [ATTR_REQUEST_MODEL, model],
    [ATTR_PROVIDER_NAME, text('$ai_provider')?.toLowerCase()],
    [ATTR_RESPONSE_ID, text('$ai_completion_id')],
    ['gen_ai.response.service_tier', text('$ai_service_tier')],
    ['gen_ai.openai.api_base', text('$ai_base_url')],
    ...usagePairs(properties),
    ...costPairs(properties),
    [
      '$ai_usage',
      field(properties, '$ai_tokens_source') === 'sdk'
        ? boundedJson(objectOf(field(properties, '$ai_usage')))
        : undefined,
    ],
  ];
}

/**
 * The usage with input that includes cached tokens, as in the conventions. PostHog's input excludes them if it says so
 * or if the provider is Anthropic.
 */
function usagePairs(properties: JsonObject): readonly Pair[] {
  const count = (key: string): number | undefined => countOf(field(properties, key));
  const input = count('$ai_input_tokens');
  const [read, written] = [count('$ai_cache_read_input_tokens'), count('$ai_cache_creation_input_tokens')];
  const exclusive = field(properties, '$ai_cache_reporting_exclusive');
  const isExclusive =
    typeof exclusive === 'boolean' ? exclusive : field(properties, '$ai_provider') === 'anthropic';
  return [
    [ATTR_INPUT_TOKENS, input === undefined || !isExclusive ? input : input + (read ?? 0) + (written ?? 0)],
    [ATTR_OUTPUT_TOKENS, count('$ai_output_tokens')],
    [ATTR_CACHE_READ_TOKENS, read],
    [ATTR_CACHE_CREATION_TOKENS, written],
    [ATTR_REASONING_TOKENS, count('$ai_reasoning_tokens')],
    ['userspan.usage.web_search_calls', count('$ai_web_search_count')],
  ];
}

/** The cost, which an event has if the application uses its own price. */
function costPairs(properties: JsonObject): readonly Pair[] {
  const usd = field(properties, '$ai_total_cost_usd');
  return typeof usd === 'number' && Number.isFinite(usd) && usd >= 0
    ? [
        ['gen_ai.usage.cost', usd],
        ['userspan.cost.source', 'custom'],
      ]
    : [];
}

/** The user. Without a distinct id, the clients send the trace id instead, which is ignored. */
function userOf(event: JsonObject, properties: JsonObject, traceId: string): ClientUser | undefined {
  const id = field(event, 'distinct_id', 'distinctId') ?? field(properties, 'distinct_id');
  return id === traceId
    ? undefined
    : clientUserOf(id, {
        ...objectOf(field(properties, '$set_once')),
        ...objectOf(field(properties, '$set')),
      });
}

/** The first group, which usually is the billed customer. */
function groupPairs(properties: JsonObject): readonly Pair[] {
  const [group] = Object.values(objectOf(field(properties, '$groups')) ?? {});
  return [['userspan.user.group', stringOf(group, MAX_NAME)]];
}

function contentPairs(properties: JsonObject): readonly Pair[] {
  return [
    [ATTR_INPUT_MESSAGES, boundedJson(field(properties, '$ai_input', '$ai_input_state'))],
    [ATTR_OUTPUT_MESSAGES, boundedJson(field(properties, '$ai_output_choices', '$ai_output_state'))],
  ];
}

function isError(properties: JsonObject): boolean {
  const flag = field(properties, '$ai_is_error');
  return flag === true || flag === 'true';
}

function errorOf(properties: JsonObject): string | undefined {
  const error = field(properties, '$ai_error');
  return isError(properties)
    ? (stringOf(error, MAX_TEXT) ?? boundedJson(error, MAX_TEXT) ?? 'error')
    : undefined;
}

function errorType(properties: JsonObject): string {
  const status = countOf(field(properties, '$ai_http_status'));
  return status === undefined || status < 400 || status > 599 ? '_OTHER' : String(status);
}

function latencyMs(properties: JsonObject): number {
  const seconds = field(properties, '$ai_latency');
  return typeof seconds === 'number' && seconds >= 0 && seconds <= MAX_LATENCY_SECONDS
    ? Math.round(seconds * 1000)
    : 0;
}

function idOf(properties: JsonObject, ...names: readonly string[]): string | undefined {
  const id = field(properties, ...names);
  return typeof id === 'number' ? String(id) : stringOf(id, MAX_ID_LENGTH);
}
