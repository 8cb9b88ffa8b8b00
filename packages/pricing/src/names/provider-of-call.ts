import { lookUpModel } from './model-lookup.ts';
import { listedProvider, listedProviderOfUrl } from './provider-names.ts';

/** The provider whose list a call is priced by, and the name that the model has there. */
export interface ProviderOfCall {
  readonly provider: string;
  readonly model: string;
}

/** What of a call tells its provider. */
export interface NamedCall {
  readonly provider: string;
  readonly baseUrl: unknown;
  /** The model that answered, else the one that was asked for. */
  readonly model: string;
  readonly requestModel: string;
}

let lastCall: NamedCall | undefined;
let lastProvider: ProviderOfCall | undefined;

/** What `providerOfCall` gives, remembered: a call mostly names the model and the host of the call before it. */
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
  // An object, such as a `URL`, may be changed.
  if (typeof baseUrl === 'string' || baseUrl === undefined) {
    lastCall = call;
    lastProvider = found;
  }
  return found;
}

/**
 * Whose list a call is priced by: that of the host that was called, else that of the named provider. Two cases need the
 * model's name, and only where the host is not a known one:
 *
 * - LiteLLM's way of writing, `openai/gpt-4o-mini` or `anthropic/claude-opus-5`, towards a proxy. The provider is then
 *   the prefix, where the client calls itself `openai`, as it does towards every proxy, or names no provider at all.
 * - A framework in the place of the provider, `strands-agents`. The provider is then the vendor that uses that naming.
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

/** Whether a provider's name is that of a framework or a proxy, which does not say who answered. */
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

/** LiteLLM's prefix -> provider of the price list. `google/` and `meta-llama/` are no prefixes but names of publishers. */
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
 * The provider of LiteLLM's prefix and the model after it. A proxy's answer may leave the prefix out; the request's
 * counts then, where that provider has the model that answered.
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

/** How vendors name their own models; only a name that its vendor lists is priced. */
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

/** The vendor whose way of naming a model has; `undefined` where that is not known. */
export function vendorOfModel(model: string): string | undefined {
  const name = model.toLowerCase();
  return VENDOR_NAMES.find(([pattern]) => pattern.test(name))?.[1];
}
