/** Spellings of the field -> the conventions' `gen_ai.provider.name`. */
const CONVENTION_NAMES: Readonly<Record<string, string>> = {
  'amazon-bedrock': 'aws.bedrock',
  amazon_bedrock: 'aws.bedrock',
  aws: 'aws.bedrock',
  aws_bedrock: 'aws.bedrock',
  bedrock: 'aws.bedrock',
  az: 'azure.ai.openai',
  'az.ai.inference': 'azure.ai.inference',
  'az.ai.openai': 'azure.ai.openai',
  azure: 'azure.ai.openai',
  'azure-openai': 'azure.ai.openai',
  azure_openai: 'azure.ai.openai',
  'gcp.gen_ai': 'gcp.gemini',
  gemini: 'gcp.gemini',
  google: 'gcp.gemini',
  'google-vertex': 'gcp.vertex_ai',
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
};

/** What some instrumentations write in place of a provider: the framework that made the call. */
const FRAMEWORKS: ReadonlySet<string> = new Set([
  'langchain',
  'langgraph',
  'litellm',
  'llama_index',
  'llamaindex',
  'haystack',
  'crewai',
]);

/** Whether the name is one of a framework, which says nothing of who answered. */
export function isFramework(name: string): boolean {
  return FRAMEWORKS.has(name.toLowerCase());
}

/** The conventions' name of a provider; a spelling that nobody has listed stays as it is, in small letters. */
export function providerName(name: string): string {
  const lower = name.toLowerCase();
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

/**
 * The vendor of a model, for spans that name a model and no provider (Langfuse's, hand-made ones). Only names that one
 * vendor alone uses are known; `undefined` for every other.
 */
export function vendorOf(model: string | undefined): string | undefined {
  if (model === undefined) return undefined;
  return FAMILIES.find(([pattern]) => pattern.test(model))?.[1];
}
