import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_OPENAI_REQUEST_TIER,
  ATTR_OPERATION_NAME,
  ATTR_PROVIDER_NAME,
  ATTR_REQUEST_MODEL,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
} from '@userspan/core/semconv';
import { providerOf } from '@userspan/pricing';
import type { Metadata, Serialized } from './langchain-events.ts';
import { fieldsOf, firstCount, firstText } from './read-value.ts';
import type { OpenModelRun } from './run-table.ts';

/** A request to a model, with the attributes of its span. */
export interface ModelRequest {
  /** Name of the span. */
  readonly name: string;
  readonly model: OpenModelRun;
  readonly attributes: Attributes;
}

/** Reads the request from what LangChain passes at the start. `operation` is `chat` or `text_completion`. */
export function modelRequest(
  operation: string,
  model: Serialized,
  extraParams: Readonly<Record<string, unknown>> | undefined,
  metadata: Metadata | undefined,
): ModelRequest {
  const made = fieldsOf(model.kwargs);
  const params = fieldsOf(extraParams?.['invocation_params']);
  const requestModel = firstText(
    params['model'],
    params['model_name'],
    metadata?.['ls_model_name'],
    made['model'],
    made['model_name'],
  );
  const configuration = fieldsOf(made['configuration']);
  const baseUrl = firstText(
    configuration['baseURL'],
    configuration['basePath'],
    made['base_url'],
    made['baseURL'],
  );
  const stated = firstText(metadata?.['ls_provider'], vendorOf(model)) ?? 'unknown';
  // A compatible host is another provider, regardless of the class that calls it.
  const provider = providerOf(baseUrl) ?? providerName(stated);
  const requestTier = firstText(params['service_tier']);
  const run = { operation, provider, requestModel, baseUrl, requestTier };
  const attributes: Attributes = {
    [ATTR_OPERATION_NAME]: operation,
    [ATTR_PROVIDER_NAME]: provider,
    ...serverAttributes(baseUrl),
    ...countAttributes(params),
  };
  if (requestModel !== undefined) attributes[ATTR_REQUEST_MODEL] = requestModel;
  if (requestTier !== undefined) attributes[ATTR_OPENAI_REQUEST_TIER] = requestTier;
  if (params['stream'] === true) attributes['gen_ai.request.stream'] = true;
  const name = requestModel === undefined ? operation : `${operation} ${requestModel}`;
  return { name, model: run, attributes };
}

/** The vendor from an id such as `['langchain', 'llms', 'openai', 'OpenAI']`, as a last resort. */
function vendorOf({ id }: Serialized): string | undefined {
  return id?.[0] === 'langchain' ? id[2] : undefined;
}

/** Attributes, with the vendors' names of the parameter. */
const COUNTS: readonly (readonly [attribute: string, ...names: string[]])[] = [
  [
    'gen_ai.request.max_tokens',
    'max_tokens',
    'max_completion_tokens',
    'max_output_tokens',
    'maxOutputTokens',
  ],
  ['gen_ai.request.temperature', 'temperature'],
  ['gen_ai.request.top_p', 'top_p', 'topP'],
  ['gen_ai.request.top_k', 'top_k', 'topK'],
  ['gen_ai.request.seed', 'seed'],
];

function countAttributes(params: Readonly<Record<string, unknown>>): Attributes {
  const attributes: Attributes = {};
  for (const [attribute, ...names] of COUNTS) {
    const count = firstCount(...names.map((name) => params[name]));
    if (count !== undefined) attributes[attribute] = count;
  }
  const choices = firstCount(params['n']);
  if (choices !== undefined && choices > 1) attributes['gen_ai.request.choice.count'] = choices;
  return attributes;
}

function serverAttributes(baseUrl: string | undefined): Attributes {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return {};
  const { hostname, port, protocol } = new URL(baseUrl);
  const standard = protocol === 'http:' ? 80 : 443;
  return { [ATTR_SERVER_ADDRESS]: hostname, [ATTR_SERVER_PORT]: port === '' ? standard : Number(port) };
}

/** LangChain's `ls_provider` -> `gen_ai.provider.name`, if they differ. */
const NAMES: Readonly<Record<string, string>> = {
  amazon_bedrock: 'aws.bedrock',
  azure: 'azure.ai.openai',
  bedrock: 'aws.bedrock',
  google: 'gcp.gemini',
  google_genai: 'gcp.gemini',
  google_vertexai: 'gcp.vertex_ai',
  mistral: 'mistral_ai',
  mistralai: 'mistral_ai',
  xai: 'x_ai',
};

/** The convention's name of a provider. */
function providerName(lsProvider: string): string {
  return NAMES[lsProvider] ?? lsProvider;
}
