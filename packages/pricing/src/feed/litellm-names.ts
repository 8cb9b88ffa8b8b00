import type { Entry } from './feed-reader.ts';

/** LiteLLM's provider -> provider of our list, if the names differ. */
const PROVIDERS: Readonly<Record<string, string>> = {
  'text-completion-openai': 'openai',
  azure_ai: 'azure',
  azure_text: 'azure',
  gemini: 'google',
  bedrock: 'aws',
  bedrock_converse: 'aws',
  bedrock_mantle: 'aws',
  codestral: 'mistral',
  'text-completion-codestral': 'mistral',
  xai: 'x-ai',
  cohere_chat: 'cohere',
  together_ai: 'together',
  fireworks_ai: 'fireworks',
  'fireworks_ai-embedding-models': 'fireworks',
  moonshot: 'moonshotai',
  voyage: 'voyageai',
  bigmodel: 'zhipuai',
  github_copilot: 'github-copilot',
  vercel_ai_gateway: 'vercel',
  nvidia_nim: 'nvidia',
  jina_ai: 'jina',
};
/** Order of preference among LiteLLM's providers that are one provider in our list. */
const FIRST = [
  'openai',
  'azure',
  'gemini',
  'bedrock_mantle',
  'bedrock_converse',
  'bedrock',
  'mistral',
  'vertex_ai',
];
/**
 * Providers that are left out: software that runs models locally, subscriptions, and services for pictures and video
 * only.
 */
export const NO_PROVIDERS: ReadonlySet<string> = new Set(
  (
    'ollama lemonade sagemaker anyscale nlp_cloud chatgpt palm ' +
    'fal_ai runwayml stability recraft black_forest_labs aws_polly'
  ).split(' '),
);

/** The preference of an entry among entries with the same provider and name. */
export function rank(entry: Entry): number {
  const at = FIRST.indexOf(String(entry['litellm_provider']));
  return at < 0 ? FIRST.length : at;
}

/** LiteLLM's provider of an alias. */
export function providerOfKey(key: string, entry: Entry): unknown {
  return key.includes('/') ? key.slice(0, key.indexOf('/')) : entry['litellm_provider'];
}

/** The provider of our list. */
export function providerOf(provider: string): string {
  if (provider.startsWith('vertex_ai')) return 'google';
  return PROVIDERS[provider] ?? provider;
}

/**
 * The model name as calls report it, in lower case; `undefined` for entries that describe a size or a commitment
 * instead of a model.
 */
export function nameOf(key: string, provider: string): string | undefined {
  const prefixes = [
    `${provider}/`,
    `${provider.split('-')[0] ?? ''}/`,
    `${PROVIDERS[provider] ?? provider}/`,
  ];
  if (provider.startsWith('bedrock')) prefixes.push('bedrock/', 'bedrock_mantle/');
  if (provider.startsWith('azure')) prefixes.push('azure/', 'azure_ai/');
  if (provider === 'voyage') prefixes.push('voyage/');
  const prefix = prefixes.find((each) => key.startsWith(each));
  const name = (prefix === undefined ? key : key.slice(prefix.length)).toLowerCase();
  if (/[\s|#\t]/.test(name) || /\d-x-\d|commitment/.test(name)) return undefined;
  // `together-ai-21.1b-41b` is a class of model sizes.
  if (/^(?:together-ai|fireworks-ai)-/.test(name)) return undefined;
  return name;
}
