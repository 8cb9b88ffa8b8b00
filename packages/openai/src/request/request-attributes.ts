import type { Attributes } from '@opentelemetry/api';
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
import type { Host } from '../call/host.ts';
import { asNumber, asRecord, asText } from '../call/record.ts';

const MAX_STOP_LENGTH = 256;

type EndpointFacts = Pick<Endpoint, 'operation' | 'apiType' | 'outputType'>;

/** Models that are remembered for each endpoint of a host. */
const MAX_MODELS = 32;

/**
 * What a span starts with, so that samplers and processors see it. Reads a fixed set of fields, no text of the user.
 *
 * The object may be shared with other spans: copy it before you change it.
 */
export function requestAttributes(endpoint: EndpointFacts, host: Host, body: unknown): Readonly<Attributes> {
  const fields = asRecord(body) ?? NO_FIELDS;
  const common = commonAttributes(endpoint, host, asText(fields['model']));
  return withFields(common, fields);
}

const NO_FIELDS: Readonly<Record<string, unknown>> = {};

/** What all requests for a model have in common. */
function commonAttributes(endpoint: EndpointFacts, host: Host, model: string | undefined): Attributes {
  let byModel = host.attributes.get(endpoint);
  if (byModel === undefined) {
    byModel = new Map();
    host.attributes.set(endpoint, byModel);
  }
  const known = byModel.get(model);
  if (known !== undefined) return known;
  const attributes: Attributes = {
    [ATTR_OPERATION_NAME]: endpoint.operation,
    [ATTR_PROVIDER_NAME]: host.provider,
  };
  if (host.address !== undefined) attributes[ATTR_SERVER_ADDRESS] = host.address;
  if (host.port !== undefined) attributes[ATTR_SERVER_PORT] = host.port;
  if (endpoint.apiType !== undefined) attributes['openai.api.type'] = endpoint.apiType;
  if (endpoint.outputType !== undefined) attributes[ATTR_OUTPUT_TYPE] = endpoint.outputType;
  if (model !== undefined) attributes[ATTR_REQUEST_MODEL] = model;
  if (byModel.size < MAX_MODELS) byModel.set(model, attributes);
  return attributes;
}

/** Fields of a request that are numbers, each with its attribute. */
const NUMBERS = [
  ['temperature', 'gen_ai.request.temperature'],
  ['top_p', 'gen_ai.request.top_p'],
  ['frequency_penalty', 'gen_ai.request.frequency_penalty'],
  ['presence_penalty', 'gen_ai.request.presence_penalty'],
  ['seed', 'gen_ai.request.seed'],
  ['dimensions', 'gen_ai.embeddings.dimension.count'],
] as const;

/** Adds what else this request says to a copy of the common attributes; most requests say little. */
function withFields(common: Attributes, fields: Readonly<Record<string, unknown>>): Readonly<Attributes> {
  let own: Attributes | undefined;
  const maxTokens =
    asNumber(fields['max_tokens']) ??
    asNumber(fields['max_output_tokens']) ??
    asNumber(fields['max_completion_tokens']);
  if (maxTokens !== undefined) (own ??= { ...common })['gen_ai.request.max_tokens'] = maxTokens;
  for (let i = 0; i < NUMBERS.length; i += 1) {
    const [field, name] = NUMBERS[i] as (typeof NUMBERS)[number];
    const value = asNumber(fields[field]);
    if (value !== undefined) (own ??= { ...common })[name] = value;
  }
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

function stopSequences(stop: unknown): string[] | undefined {
  if (typeof stop === 'string') return [stop.slice(0, MAX_STOP_LENGTH)];
  if (!Array.isArray(stop)) return undefined;
  const texts: string[] = [];
  for (const text of stop) if (typeof text === 'string') texts.push(text.slice(0, MAX_STOP_LENGTH));
  return texts.length > 0 ? texts : undefined;
}

/** `json` where the request asks for it, in chat's `response_format` or the Responses API's `text.format`. */
function outputType(fields: Readonly<Record<string, unknown>>): string | undefined {
  const format = asRecord(fields['response_format']) ?? asRecord(asRecord(fields['text'])?.['format']);
  const type = asText(format?.['type']);
  if (type === 'json_schema' || type === 'json_object') return 'json';
  if (type === 'text') return 'text';
  return Array.isArray(fields['modalities']) && fields['modalities'].includes('audio') ? 'speech' : undefined;
}
