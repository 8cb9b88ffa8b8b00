import type { Attributes } from '@opentelemetry/api';
import { SpanKind } from '@opentelemetry/api';
import {
  ATTR_CONVERSATION_ID,
  ATTR_OPENAI_REQUEST_TIER,
  ATTR_OPERATION_NAME,
  ATTR_OUTPUT_TYPE,
  ATTR_PROVIDER_NAME,
  ATTR_REQUEST_MODEL,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
} from '@userspan/core/semconv';

import type { Endpoint } from '../endpoints/endpoint.ts';
import type { Host, SpanStart } from '../call/host.ts';
import { asNumber, asRecord, asText } from '../call/record.ts';

const MAX_STOP_LENGTH = 256;

type EndpointFacts = Pick<Endpoint, 'operation' | 'apiType' | 'outputType'>;

/** Maximum number of cached models per endpoint of a host. */
const MAX_MODELS = 32;

/**
 * The start options of a request's span, so that samplers and processors see them. Reads a fixed set of fields without
 * user content.
 */
export function spanStart(
  endpoint: EndpointFacts,
  host: Host,
  fields: Readonly<Record<string, unknown>>,
): SpanStart {
  const common = commonStart(endpoint, host, asText(fields['model']));
  const attributes = withFields(common.options.attributes, fields);
  return attributes === common.options.attributes ? common : startWith(common.name, attributes);
}

/**
 * The start attributes of a request's span.
 *
 * The object may be shared with other spans: copy it before you change it.
 */
export function requestAttributes(endpoint: EndpointFacts, host: Host, body: unknown): Readonly<Attributes> {
  return spanStart(endpoint, host, asRecord(body) ?? NO_FIELDS).options.attributes;
}

const NO_FIELDS: Readonly<Record<string, unknown>> = {};

function startWith(name: string, attributes: Readonly<Attributes>): SpanStart {
  return { name, options: { kind: SpanKind.CLIENT, attributes } };
}

/** The start options that all requests for a model share. */
function commonStart(endpoint: EndpointFacts, host: Host, model: string | undefined): SpanStart {
  let byModel = host.spanStarts.get(endpoint);
  if (byModel === undefined) {
    byModel = new Map();
    host.spanStarts.set(endpoint, byModel);
  }
  const known = byModel.get(model);
  if (known !== undefined) return known;
  const { operation } = endpoint;
  const attributes: Attributes = {
    [ATTR_OPERATION_NAME]: operation,
    [ATTR_PROVIDER_NAME]: host.provider,
  };
  if (host.address !== undefined) attributes[ATTR_SERVER_ADDRESS] = host.address;
  if (host.port !== undefined) attributes[ATTR_SERVER_PORT] = host.port;
  if (endpoint.apiType !== undefined) attributes['openai.api.type'] = endpoint.apiType;
  if (endpoint.outputType !== undefined) attributes[ATTR_OUTPUT_TYPE] = endpoint.outputType;
  if (model !== undefined) attributes[ATTR_REQUEST_MODEL] = model;
  const start = startWith(model === undefined ? operation : `${operation} ${model}`, attributes);
  if (byModel.size < MAX_MODELS) byModel.set(model, start);
  return start;
}

/**
 * Adds the request's other fields to a copy of the common attributes. Most requests have few. Each field is read with
 * `object.name`, because V8's inline caches work per place in the code.
 */
function withFields(
  common: Readonly<Attributes>,
  fields: Readonly<Record<string, unknown>>,
): Readonly<Attributes> {
  let own = withNumbers(common, fields);
  const choices = asNumber(fields['n']);
  if (choices !== undefined && choices !== 1) {
    (own ??= { ...common })['gen_ai.request.choice.count'] = choices;
  }
  if (fields['stream'] === true) (own ??= { ...common })['gen_ai.request.stream'] = true;
  const tier = asText(fields['service_tier']);
  if (tier !== undefined) (own ??= { ...common })[ATTR_OPENAI_REQUEST_TIER] = tier;
  const stop = stopSequences(fields['stop']);
  if (stop !== undefined) (own ??= { ...common })['gen_ai.request.stop_sequences'] = stop;
  const encoding = asText(fields['encoding_format']);
  if (encoding !== undefined) (own ??= { ...common })['gen_ai.request.encoding_formats'] = [encoding];
  const conversation = asText(fields['conversation']) ?? asText(asRecord(fields['conversation'])?.['id']);
  if (conversation !== undefined) (own ??= { ...common })[ATTR_CONVERSATION_ID] = conversation;
  const type = outputType(fields);
  if (type !== undefined) (own ??= { ...common })[ATTR_OUTPUT_TYPE] = type;
  return own ?? common;
}

function withNumbers(
  common: Readonly<Attributes>,
  fields: Readonly<Record<string, unknown>>,
): Attributes | undefined {
  let own: Attributes | undefined;
  const maxTokens =
    asNumber(fields['max_tokens']) ??
    asNumber(fields['max_output_tokens']) ??
    asNumber(fields['max_completion_tokens']);
  if (maxTokens !== undefined) (own ??= { ...common })['gen_ai.request.max_tokens'] = maxTokens;
  const temperature = asNumber(fields['temperature']);
  if (temperature !== undefined) (own ??= { ...common })['gen_ai.request.temperature'] = temperature;
  const topP = asNumber(fields['top_p']);
  if (topP !== undefined) (own ??= { ...common })['gen_ai.request.top_p'] = topP;
  const frequency = asNumber(fields['frequency_penalty']);
  if (frequency !== undefined) (own ??= { ...common })['gen_ai.request.frequency_penalty'] = frequency;
  const presence = asNumber(fields['presence_penalty']);
  if (presence !== undefined) (own ??= { ...common })['gen_ai.request.presence_penalty'] = presence;
  const seed = asNumber(fields['seed']);
  if (seed !== undefined) (own ??= { ...common })['gen_ai.request.seed'] = seed;
  const dimensions = asNumber(fields['dimensions']);
  if (dimensions !== undefined) (own ??= { ...common })['gen_ai.embeddings.dimension.count'] = dimensions;
  return own;
}

function stopSequences(stop: unknown): string[] | undefined {
  if (typeof stop === 'string') return [stop.slice(0, MAX_STOP_LENGTH)];
  if (!Array.isArray(stop)) return undefined;
  const texts: string[] = [];
  for (const text of stop) if (typeof text === 'string') texts.push(text.slice(0, MAX_STOP_LENGTH));
  return texts.length > 0 ? texts : undefined;
}

/** `json` if the request asks for it in chat's `response_format` or the Responses API's `text.format`. */
function outputType(fields: Readonly<Record<string, unknown>>): string | undefined {
  const format = asRecord(fields['response_format']) ?? asRecord(asRecord(fields['text'])?.['format']);
  const type = asText(format?.['type']);
  if (type === 'json_schema' || type === 'json_object') return 'json';
  if (type === 'text') return 'text';
  return Array.isArray(fields['modalities']) && fields['modalities'].includes('audio') ? 'speech' : undefined;
}
