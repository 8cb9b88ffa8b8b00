import { vendorOfModel } from '@userspan/pricing';

/** Spellings in use -> `gen_ai.provider.name` of the conventions. */
const CONVENTION_NAMES: Readonly<Record<string, string>> = {
  'amazon-bedrock': 'aws.bedrock',
  amazon_bedrock: 'aws.bedrock',
  aws: 'aws.bedrock',
  aws_bedrock: 'aws.bedrock',
  'aws-bedrock': 'aws.bedrock',
  bedrock: 'aws.bedrock',
  az: 'azure.ai.openai',
  'az.ai.inference': 'azure.ai.inference',
  'az.ai.openai': 'azure.ai.openai',
  azure: 'azure.ai.openai',
  'azure-openai': 'azure.ai.openai',
  azure_openai: 'azure.ai.openai',
  'gcp.gen_ai': 'gcp.gemini',
  'google.vertex': 'gcp.vertex_ai',
  'vertex.anthropic': 'gcp.vertex_ai',
  vertex: 'gcp.vertex_ai',
  gemini: 'gcp.gemini',
  google: 'gcp.gemini',
  'google-vertex': 'gcp.vertex_ai',
  'google-ai-studio': 'gcp.gemini',
  'google-vertex-ai': 'gcp.vertex_ai',
  google_genai: 'gcp.gemini',
  google_vertexai: 'gcp.vertex_ai',
  vertex_ai: 'gcp.vertex_ai',
  vertexai: 'gcp.vertex_ai',
  mistral: 'mistral_ai',
  mistralai: 'mistral_ai',
  moonshot: 'moonshot_ai',
  moonshotai: 'moonshot_ai',
  xai: 'x_ai',
  'x-ai': 'x_ai',
  grok: 'x_ai',
};

/** Suffix of the AI SDK and Mastra for the provider's API that was called. */
const INTERFACE =
  /\.(?:responses|chat|completions?|embeddings?|text-?embedding|messages|images?|speech|transcription|rerank|generative-ai|language-model)$/;

/**
 * The conventions' name of a provider, without the API that was called (`openai.responses`). An unknown spelling is
 * returned in lower case.
 */
export function providerName(name: string): string {
  const lower = name.toLowerCase().replace(INTERFACE, '');
  return Object.hasOwn(CONVENTION_NAMES, lower) ? (CONVENTION_NAMES[lower] ?? lower) : lower;
}

/** Prefixes of model names that only one vendor uses. */
const FAMILIES: readonly (readonly [pattern: RegExp, provider: string])[] = [
  [
    /^(?:ft:)?(?:gpt-\d|gpt-image|gpt-audio|gpt-realtime|chatgpt-|o[134](?:-|$)|text-embedding-|text-moderation|omni-moderation|dall-e-|tts-1|whisper-1|davinci-002|babbage-002)/,
    'openai',
  ],
  [/^claude-/, 'anthropic'],
  [/^gemini-/, 'gcp.gemini'],
];

/** Providers that are recognized as prefix of a model's name, as in LiteLLM's `openai/gpt-4o-mini`. */
const FAMILY_VENDORS: ReadonlyMap<string, string> = new Map(
  ['openai', 'anthropic', 'gcp.gemini', 'gcp.vertex_ai', 'azure.ai.openai', 'aws.bedrock'].map((name) => [
    name,
    name,
  ]),
);

/**
 * The vendor of a model, for spans without a provider (from Langfuse, or written by hand). Only names that a single
 * vendor uses are recognized; `undefined` for all others. If a framework called the model, the vendor with this naming
 * scheme is returned (`deepseek-chat`).
 */
export function vendorOf(model: string | undefined, isByFramework: boolean): string | undefined {
  if (model === undefined) return undefined;
  const slash = model.indexOf('/');
  const prefix = slash < 1 ? undefined : FAMILY_VENDORS.get(providerName(model.slice(0, slash)));
  if (prefix !== undefined) return prefix;
  const family = FAMILIES.find(([pattern]) => pattern.test(model))?.[1];
  if (family !== undefined) return family;
  const vendor = vendorOfModel(model);
  return vendor !== undefined && (isByFramework || vendor === 'aws') ? providerName(vendor) : undefined;
}
