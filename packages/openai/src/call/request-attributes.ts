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

import type { Endpoint } from './endpoint.ts';
import type { Host } from './host.ts';
import { asNumber, asRecord, asText } from './record.ts';

/** Numbers of the request that the conventions name. */
const NUMBERS: readonly (readonly [field: string, attribute: string])[] = [
  ['max_completion_tokens', 'gen_ai.request.max_tokens'],
  ['max_output_tokens', 'gen_ai.request.max_tokens'],
  ['max_tokens', 'gen_ai.request.max_tokens'],
  ['temperature', 'gen_ai.request.temperature'],
  ['top_p', 'gen_ai.request.top_p'],
  ['frequency_penalty', 'gen_ai.request.frequency_penalty'],
  ['presence_penalty', 'gen_ai.request.presence_penalty'],
  ['seed', 'gen_ai.request.seed'],
];

const MAX_STOP_LENGTH = 256;

/** What a span starts with, so that samplers and processors see it. Reads a fixed set of fields, no text of the user. */
export function requestAttributes(
  endpoint: Pick<Endpoint, 'operation' | 'apiType' | 'outputType'>,
  host: Host,
  body: unknown,
): Attributes {
  const attributes: Attributes = {
    [ATTR_OPERATION_NAME]: endpoint.operation,
    [ATTR_PROVIDER_NAME]: host.provider,
  };
  if (host.address !== undefined) attributes[ATTR_SERVER_ADDRESS] = host.address;
  if (host.port !== undefined) attributes[ATTR_SERVER_PORT] = host.port;
  if (endpoint.apiType !== undefined) attributes['openai.api.type'] = endpoint.apiType;
  if (endpoint.outputType !== undefined) attributes[ATTR_OUTPUT_TYPE] = endpoint.outputType;
  const fields = asRecord(body);
  if (fields !== undefined) readFields(fields, attributes);
  return attributes;
}

function readFields(fields: Readonly<Record<string, unknown>>, attributes: Attributes): void {
  const model = asText(fields['model']);
  if (model !== undefined) attributes[ATTR_REQUEST_MODEL] = model;
  for (const [field, attribute] of NUMBERS) {
    const value = asNumber(fields[field]);
    if (value !== undefined) attributes[attribute] = value;
  }
  const choices = asNumber(fields['n']);
  if (choices !== undefined && choices !== 1) attributes['gen_ai.request.choice.count'] = choices;
  if (fields['stream'] === true) attributes['gen_ai.request.stream'] = true;
  const tier = asText(fields['service_tier']);
  if (tier !== undefined) attributes[ATTR_OPENAI_REQUEST_TIER] = tier;
  const stop = stopSequences(fields['stop']);
  if (stop !== undefined) attributes['gen_ai.request.stop_sequences'] = stop;
  const encoding = asText(fields['encoding_format']);
  if (encoding !== undefined) attributes['gen_ai.request.encoding_formats'] = [encoding];
  const dimensions = asNumber(fields['dimensions']);
  if (dimensions !== undefined) attributes['gen_ai.embeddings.dimension.count'] = dimensions;
  const conversation = asText(fields['conversation']) ?? asText(asRecord(fields['conversation'])?.['id']);
  if (conversation !== undefined) attributes[ATTR_CONVERSATION_ID] = conversation;
  const type = outputType(fields);
  if (type !== undefined) attributes[ATTR_OUTPUT_TYPE] = type;
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
