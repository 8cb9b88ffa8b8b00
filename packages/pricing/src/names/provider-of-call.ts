import { lookUpModel } from './model-lookup.ts';
import { listedProvider, listedProviderOfUrl } from './provider-names.ts';

/** The provider whose list prices a call, and the model's name there. */
export interface ProviderOfCall {
  readonly provider: string;
  readonly model: string;
}

/** The fields of a call that determine its provider. */
export interface NamedCall {
  readonly provider: string;
  readonly baseUrl: unknown;
  /** The response's model, otherwise the request's. */
  readonly model: string;
  readonly requestModel: string;
}

let lastCall: NamedCall | undefined;
let lastProvider: ProviderOfCall | undefined;

/**
 * As `providerOfCall`, with a cache of the last result, because consecutive calls mostly have the same model and host.
 */
export function providerOfNextCall(
  provider: string,
  baseUrl: unknown,
  model: string,
  requestModel: string,
): ProviderOfCall {
  if (
    lastProvider !== undefined &&
    lastCall?.model === model &&
    lastCall.requestModel === requestModel &&
    lastCall.provider === provider &&
    lastCall.baseUrl === baseUrl
  ) {
    return lastProvider;
  }
  const call = { provider, baseUrl, model, requestModel };
  const found = providerOfCall(call);
  // An object, such as a `URL`, is mutable, so it is not used as a cache key.
  if (typeof baseUrl === 'string' || baseUrl === undefined) {
    lastCall = call;
    lastProvider = found;
  }
  return found;
}

/**
 * Decides whose list prices a call: that of the host that was called, otherwise that of the named provider. If the host
 * is unknown, two cases need the model's name:
 *
 * - Names in LiteLLM's format, such as `openai/gpt-4o-mini` or `anthropic/claude-opus-5`, sent to a proxy. The provider
 * is the prefix if the client names the provider `openai`, as it does for every proxy, or names none.
 * - A framework named as the provider, such as `strands-agents`. The provider is then the vendor whose naming scheme
 * the model has.
 */
export function providerOfCall(call: NamedCall): ProviderOfCall {
  const { model, requestModel } = call;
  const ofHost = listedProviderOfUrl(call.baseUrl);
  if (ofHost !== undefined) return { provider: ofHost, model };
  const provider = listedProvider(call.provider);
  const isFrameworkName = FRAMEWORKS.has(provider);
  if (!isFrameworkName && lookUpModel(provider, model) !== undefined) return { provider, model };
  if (model.includes('/') || requestModel.includes('/')) {
    const prefixed = prefixedModel(model, requestModel);
    if (
      prefixed !== undefined &&
      (isFrameworkName || provider === 'openai' || provider === prefixed.provider)
    )
      return prefixed;
  }
  return { provider: isFrameworkName ? (vendorOfModel(model) ?? provider) : provider, model };
}

/** Whether the name is that of a framework or proxy, so that the actual provider is unknown. */
export function isFramework(provider: string): boolean {
  return FRAMEWORKS.has(provider);
}

const FRAMEWORKS: ReadonlySet<string> = new Set([
  'ag2',
  'agent_framework',
  'agno',
  'ai-sdk',
  'ai_sdk',
  'autogen',
  'beeai',
  'crewai',
  'dspy',
  'gcp.vertex.agent',
  'google_adk',
  'haystack',
  'instructor',
  'langchain',
  'langgraph',
  'letta',
  'litellm',
  'litellm_proxy',
  'llama-index',
  'llama_index',
  'llamaindex',
  'mastra',
  'microsoft.agent_framework',
  'openai-agents',
  'openai_agents',
  'pydantic-ai',
  'pydantic_ai',
  'semantic-kernel',
  'semantic_kernel',
  'smolagents',
  'spring-ai',
  'spring_ai',
  'strands',
  'strands-agents',
  'strands_agents',
]);

/**
 * LiteLLM's prefix -> provider of the price list. `google/` and `meta-llama/` are not prefixes but names of publishers.
 */
const PREFIXES: Readonly<Record<string, string>> = {
  openai: 'openai',
  azure: 'azure',
  azure_ai: 'azure',
  anthropic: 'anthropic',
  gemini: 'google',
  vertex_ai: 'google',
  bedrock: 'aws',
  bedrock_mantle: 'aws',
  mistral: 'mistral',
  codestral: 'mistral',
  xai: 'x-ai',
  groq: 'groq',
  deepseek: 'deepseek',
  cohere: 'cohere',
  cohere_chat: 'cohere',
  together_ai: 'together',
  fireworks_ai: 'fireworks',
  perplexity: 'perplexity',
  openrouter: 'openrouter',
  cerebras: 'cerebras',
  moonshot: 'moonshotai',
  novita: 'novita',
  voyage: 'voyageai',
  vercel_ai_gateway: 'vercel',
  github_copilot: 'github-copilot',
  deepinfra: 'deepinfra',
  databricks: 'databricks',
  sambanova: 'sambanova',
  nebius: 'nebius',
  dashscope: 'dashscope',
};

/**
 * The provider of LiteLLM's prefix and the model after it. If a proxy's answer has no prefix, that of the request is
 * used, provided that its provider lists the model that answered.
 */
function prefixedModel(model: string, requestModel: string): ProviderOfCall | undefined {
  const own = splitPrefix(model);
  if (own !== undefined) return own;
  const asked = splitPrefix(requestModel);
  return asked !== undefined && lookUpModel(asked.provider, model) !== undefined
    ? { provider: asked.provider, model }
    : undefined;
}

function splitPrefix(name: string): ProviderOfCall | undefined {
  const slash = name.indexOf('/');
  const prefix = name.slice(0, Math.max(slash, 0)).toLowerCase();
  return Object.hasOwn(PREFIXES, prefix)
    ? { provider: PREFIXES[prefix] ?? prefix, model: name.slice(slash + 1) }
    : undefined;
}

/** Naming schemes of vendors. A model is priced only if the vendor lists its name. */
const VENDOR_NAMES: readonly (readonly [name: RegExp, provider: string])[] = [
  [/^arn:aws[a-z-]*:bedrock:/, 'aws'],
  [
    /^(?:[a-z]{2}(?:-[a-z]+)+-\d\/)?(?:(?:global|us|us-gov|eu|apac|jp|au|ca|sa|in)\.)?(?:ai21|amazon|anthropic|cohere|deepseek|google|meta|minimax|mistral|moonshotai?|nvidia|openai|qwen|stability|twelvelabs|writer|xai|zai)\./,
    'aws',
  ],
  [/^claude-/, 'anthropic'],
  [/^(?:gpt-|chatgpt-|o\d|ft:|text-embedding-(?:3|ada)|whisper-|tts-|dall-e-)/, 'openai'],
  [/^(?:models\/)?gemini-/, 'google'],
  [/^grok-/, 'x-ai'],
  [/^(?:mistral|ministral|magistral|codestral|devstral|pixtral|voxtral|open-mi[sx]tral)-/, 'mistral'],
  [/^deepseek-/, 'deepseek'],
  [/^command-/, 'cohere'],
  [/^sonar(?:-|$)/, 'perplexity'],
  [/^(?:kimi|moonshot)-/, 'moonshotai'],
  [/^glm-/, 'zai'],
  [/^accounts\/fireworks\//, 'fireworks'],
];

/** The vendor that a model's name suggests; `undefined` if unknown. */
export function vendorOfModel(model: string): string | undefined {
  const name = model.toLowerCase();
  return VENDOR_NAMES.find(([pattern]) => pattern.test(name))?.[1];
}
