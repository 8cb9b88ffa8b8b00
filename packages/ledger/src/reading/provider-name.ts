import { vendorOfModel } from '@userspan/pricing';

/** Spellings of the field -> the conventions' `gen_ai.provider.name`. */
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

/** What the AI SDK and Mastra put behind the provider: which of its interfaces was called. */
const INTERFACE =
  /\.(?:responses|chat|completions?|embeddings?|text-?embedding|messages|images?|speech|transcription|rerank|generative-ai|language-model)$/;

/**
 * The conventions' name of a provider, without the interface that was called (`openai.responses`); a spelling that is not
 * listed stays as it is, in small letters.
 */
export function providerName(name: string): string {
  const lower = name.toLowerCase().replace(INTERFACE, '');
  return Object.hasOwn(CONVENTION_NAMES, lower) ? (CONVENTION_NAMES[lower] ?? lower) : lower;
}

/** Families of models that only one vendor makes, by the beginning of their names. */
const FAMILIES: readonly (readonly [pattern: RegExp, provider: string])[] = [
  [
    /^(?:ft:)?(?:gpt-\d|gpt-image|gpt-audio|gpt-realtime|chatgpt-|o[134](?:-|$)|text-embedding-|text-moderation|omni-moderation|dall-e-|tts-1|whisper-1|davinci-002|babbage-002)/,
    'openai',
  ],
  [/^claude-/, 'anthropic'],
  [/^gemini-/, 'gcp.gemini'],
];

/** Providers that are believed as the beginning of a model's name: `openai/gpt-4o-mini`, as LiteLLM writes it. */
const FAMILY_VENDORS: ReadonlyMap<string, string> = new Map(
  ['openai', 'anthropic', 'gcp.gemini', 'gcp.vertex_ai', 'azure.ai.openai', 'aws.bedrock'].map((name) => [
    name,
    name,
  ]),
);

/**
 * The vendor of a model, for spans that name a model and no provider (Langfuse's, hand-made ones). Only names that one
 * vendor alone uses are known; `undefined` for every other. Where a framework called the model, it is the vendor that
 * uses such names (`deepseek-chat`).
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
