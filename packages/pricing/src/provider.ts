/** Provider of the price list -> its `gen_ai.provider.name`, where the conventions or its own name spell it otherwise. */
const CONVENTION_NAMES: Readonly<Record<string, string>> = {
  aws: 'aws.bedrock',
  azure: 'azure.ai.openai',
  google: 'gcp.gemini',
  mistral: 'mistral_ai',
  moonshotai: 'moonshot_ai',
  'x-ai': 'x_ai',
};

/** Every other spelling in use -> provider of the price list. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'amazon-bedrock': 'aws',
  'amazon.bedrock': 'aws',
  aws_bedrock: 'aws',
  bedrock: 'aws',
  az: 'azure',
  'az.ai.inference': 'azure',
  'az.ai.openai': 'azure',
  'azure.ai.inference': 'azure',
  'azure.openai': 'azure',
  'azure-openai': 'azure',
  azure_openai: 'azure',
  azureopenai: 'azure',
  'fireworks-ai': 'fireworks',
  fireworks_ai: 'fireworks',
  'gcp.gen_ai': 'google',
  'gcp.vertex_ai': 'google',
  gemini: 'google',
  'google-genai': 'google',
  'google-vertex': 'google',
  google_genai: 'google',
  google_vertexai: 'google',
  vertex_ai: 'google',
  vertexai: 'google',
  'mistral-ai': 'mistral',
  mistralai: 'mistral',
  'moonshot.ai': 'moonshotai',
  moonshot: 'moonshotai',
  open_router: 'openrouter',
  'together-ai': 'together',
  together_ai: 'together',
  togetherai: 'together',
  grok: 'x-ai',
  x_ai: 'x-ai',
  xai: 'x-ai',
  voyage: 'voyageai',
  'z.ai': 'zai',
};

/** Host, or the end of one after a dot -> provider of the price list. */
const HOSTS: Readonly<Record<string, string>> = {
  'api.openai.com': 'openai',
  'openai.azure.com': 'azure',
  'azure-api.net': 'azure',
  'cognitiveservices.azure.com': 'azure',
  'services.ai.azure.com': 'azure',
  'models.ai.azure.com': 'azure',
  'api.anthropic.com': 'anthropic',
  'openrouter.ai': 'openrouter',
  'api.groq.com': 'groq',
  'api.deepseek.com': 'deepseek',
  'api.x.ai': 'x-ai',
  'api.mistral.ai': 'mistral',
  'codestral.mistral.ai': 'mistral',
  'api.together.xyz': 'together',
  'api.together.ai': 'together',
  'api.fireworks.ai': 'fireworks',
  'api.perplexity.ai': 'perplexity',
  'generativelanguage.googleapis.com': 'google',
  'aiplatform.googleapis.com': 'google',
  'api.cerebras.ai': 'cerebras',
  'api.cohere.ai': 'cohere',
  'api.cohere.com': 'cohere',
  'api.moonshot.ai': 'moonshotai',
  'api.moonshot.cn': 'moonshotai',
  'api.minimax.io': 'minimax',
  'api.minimaxi.com': 'minimax',
  'api.novita.ai': 'novita',
  'inference.baseten.co': 'baseten',
  'api.voyageai.com': 'voyageai',
  'api.z.ai': 'zai',
  'open.bigmodel.cn': 'zhipuai',
  'api.githubcopilot.com': 'github-copilot',
  'api.arcee.ai': 'arcee',
  'api.avian.io': 'avian',
  'api.doubleword.ai': 'doubleword',
  'api.quicksilverpro.io': 'quicksilverpro',
  'oai.endpoints.kepler.ai.cloud.ovh.net': 'ovhcloud',
};

const MAX_URL = 2_048;
const MAX_REMEMBERED = 500;
const remembered = new Map<string, string | null>();

/**
 * The `gen_ai.provider.name` of a base URL, from its host: `https://api.groq.com/openai/v1` is `groq`. A host that
 * nobody has listed (a proxy, localhost) is `undefined`: then the instrumentation's own provider stands.
 */
export function providerOf(baseUrl: string | undefined): string | undefined {
  const id = listedProviderOfUrl(baseUrl);
  return id === undefined ? undefined : (CONVENTION_NAMES[id] ?? id);
}

/** The provider's id in the price list, from any spelling of its name; the name itself where it is not known. */
export function listedProvider(name: string): string {
  const lower = name.toLowerCase().trim();
  return Object.hasOwn(OTHER_NAMES, lower) ? (OTHER_NAMES[lower] ?? lower) : (LISTED_OF.get(lower) ?? lower);
}

const LISTED_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(CONVENTION_NAMES).map(([listed, convention]) => [convention, listed]),
);

/** The provider's id in the price list, from the host of a base URL. */
export function listedProviderOfUrl(baseUrl: string | undefined): string | undefined {
  if (typeof baseUrl !== 'string' || baseUrl === '' || baseUrl.length > MAX_URL) return undefined;
  const known = remembered.get(baseUrl);
  if (known !== undefined) return known ?? undefined;
  const found = findHost(baseUrl);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(baseUrl, found ?? null);
  return found;
}

/** Host name of a URL in lower case, without `new URL`: it is not in every runtime's types, and throws. */
export function hostOf(url: string): string | undefined {
  const host = /^(?:[a-z][a-z\d+.-]*:)?(?:\/\/)?(?:[^/@?#]*@)?([^/:?#]+)/i.exec(url)?.[1];
  return host?.toLowerCase();
}

function findHost(baseUrl: string): string | undefined {
  const host = hostOf(baseUrl);
  if (host === undefined) return undefined;
  if (/^bedrock(?:-runtime|-mantle)?(?:-fips)?\.[a-z\d-]+\.(?:amazonaws\.com|api\.aws)$/.test(host))
    return 'aws';
  if (/^[a-z\d-]+-aiplatform\.googleapis\.com$/.test(host)) return 'google';
  if (host === 'router.huggingface.co') {
    const inference = /router\.huggingface\.co\/([a-z\d-]+)/i.exec(baseUrl)?.[1];
    return inference === undefined || inference === 'v1'
      ? undefined
      : `huggingface_${inference.toLowerCase()}`;
  }
  for (let tail = host; tail !== ''; tail = tail.includes('.') ? tail.slice(tail.indexOf('.') + 1) : '') {
    if (Object.hasOwn(HOSTS, tail)) return HOSTS[tail];
  }
  return undefined;
}
