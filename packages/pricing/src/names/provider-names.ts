import { providerList } from '../list/price-list.ts';

/** Provider of the price list -> its `gen_ai.provider.name`, if the conventions spell it differently. */
const CONVENTION_NAMES: Readonly<Record<string, string>> = {
  aws: 'aws.bedrock',
  azure: 'azure.ai.openai',
  google: 'gcp.gemini',
  mistral: 'mistral_ai',
  moonshotai: 'moonshot_ai',
  'x-ai': 'x_ai',
};

/** Other spellings in use -> provider of the price list. */
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
  'google.vertex': 'google',
  'google.generative-ai': 'google',
  'google.generativeai': 'google',
  google_generativeai: 'google',
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
  together_computer: 'together',
  vercel_ai_gateway: 'vercel',
  'vercel-ai-gateway': 'vercel',
  grok: 'x-ai',
  x_ai: 'x-ai',
  xai: 'x-ai',
  voyage: 'voyageai',
  'z.ai': 'zai',
};

/** Host or parent domain -> provider of the price list, or its name in the conventions if it has two. */
const HOSTS: Readonly<Record<string, string>> = {
  'api.openai.com': 'openai',
  'openai.azure.com': 'azure',
  'openai.azure.us': 'azure',
  'openai.azure.cn': 'azure',
  'azure-api.net': 'azure',
  'cognitiveservices.azure.com': 'azure',
  'services.ai.azure.com': 'azure',
  'models.ai.azure.com': 'azure.ai.inference',
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
  'aiplatform.googleapis.com': 'gcp.vertex_ai',
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
  // A proxy that does not bill.
  'oai.helicone.ai': 'openai',
  // Has no list, because it uses OpenAI's model names with other prices.
  'models.github.ai': 'github',
  'models.inference.ai.azure.com': 'github',
  'ai-gateway.vercel.sh': 'vercel',
  'api.deepinfra.com': 'deepinfra',
  'api.hyperbolic.xyz': 'hyperbolic',
  'api.sambanova.ai': 'sambanova',
  'api.siliconflow.com': 'siliconflow',
  'api.siliconflow.cn': 'siliconflow',
  'api.studio.nebius.com': 'nebius',
  'api.tokenfactory.nebius.com': 'nebius',
  'dashscope.aliyuncs.com': 'dashscope',
  'dashscope-intl.aliyuncs.com': 'dashscope',
  'integrate.api.nvidia.com': 'nvidia',
  'cloud.databricks.com': 'databricks',
  'gcp.databricks.com': 'databricks',
  'azuredatabricks.net': 'databricks',
  'api.lambda.ai': 'lambda_ai',
  'api.scaleway.ai': 'scaleway',
  'api.friendli.ai': 'friendliai',
  'inference.api.nscale.com': 'nscale',
  'api.ai21.com': 'ai21',
  'api.inference.wandb.ai': 'wandb',
  'api.inceptionlabs.ai': 'inception',
  'api.v0.dev': 'v0',
  'inference.do-ai.run': 'gradient_ai',
  'api.morphllm.com': 'morph',
};

const MAX_URL = 2_048;
/** Maximum number of cached names, because they come from requests. */
const MAX_REMEMBERED = 1_000;
const providerOfUrls = new Map<string, string | undefined>();
const providerOfNames = new Map<string, string>();

/**
 * The `gen_ai.provider.name` of a base URL, from its host: `groq` for `https://api.groq.com/openai/v1`. `undefined` for
 * an unknown host (a proxy, localhost); the caller then keeps the instrumentation's own provider.
 */
export function providerOf(baseUrl: string | undefined): string | undefined {
  const name = nameOfUrl(baseUrl);
  return name === undefined ? undefined : (CONVENTION_NAMES[name] ?? name);
}

/**
 * The provider's id in the price list, from any spelling of its name: `azure` for `azure.ai.openai`. The name of an API
 * at the end is ignored: `openai.responses` is `openai`. Returns an unknown name unchanged.
 */
export function listedProvider(name: string): string {
  const known = providerOfNames.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase().trim();
  for (let head = lower; head !== ''; head = withoutLastPart(head)) {
    const id = Object.hasOwn(OTHER_NAMES, head) ? OTHER_NAMES[head] : LISTED_OF.get(head);
    if (id !== undefined || providerList(head) !== undefined)
      return remember(providerOfNames, name, id ?? head);
  }
  return remember(providerOfNames, name, lower);
}

/** Removes the last part of a name (`openai.responses` becomes `openai`); `''` if it has only one part. */
function withoutLastPart(name: string): string {
  return name.slice(0, Math.max(name.lastIndexOf('.'), name.lastIndexOf('/'), 0));
}

/** The provider's id in the price list, from the host of a base URL. */
export function listedProviderOfUrl(baseUrl: unknown): string | undefined {
  const name = nameOfUrl(baseUrl);
  return name === undefined ? undefined : listedProvider(name);
}

function nameOfUrl(baseUrl: unknown): string | undefined {
  if (typeof baseUrl !== 'string' || baseUrl === '' || baseUrl.length > MAX_URL) return undefined;
  if (providerOfUrls.has(baseUrl)) return providerOfUrls.get(baseUrl);
  return remember(providerOfUrls, baseUrl, findHost(baseUrl));
}

/** Caches a value. Clears the map first if it is full. */
export function remember<Value>(values: Map<string, Value>, key: string, value: Value): Value {
  if (values.size >= MAX_REMEMBERED) values.clear();
  values.set(key, value);
  return value;
}

const LISTED_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(CONVENTION_NAMES).map(([listed, convention]) => [convention, listed]),
);

/** The lower-case host name of a URL, or of a host with or without a port. `new URL` would throw for most of these. */
export function hostOf(url: string): string | undefined {
  const host = /^(?:(?:[a-z][a-z\d+.-]*:)?\/\/)?(?:[^/@?#]*@)?([^/:?#]+)/i.exec(url)?.[1];
  return host?.toLowerCase();
}

/** Public hosts of Bedrock, and hosts of interface endpoints in a customer's network. */
const BEDROCK_HOST =
  /^(?:vpce-[a-z\d-]+\.)?bedrock(?:-runtime|-mantle)?(?:-fips)?\.([a-z\d-]+)\.(?:(?:vpce\.)?amazonaws\.com|api\.aws)$/;
const regionOfUrls = new Map<string, string>();

/** The Bedrock region in a base URL; `''` if it is not a host of Bedrock. */
export function bedrockRegion(baseUrl: unknown): string {
  if (typeof baseUrl !== 'string' || baseUrl === '' || baseUrl.length > MAX_URL) return '';
  return (
    regionOfUrls.get(baseUrl) ??
    remember(regionOfUrls, baseUrl, BEDROCK_HOST.exec(hostOf(baseUrl) ?? '')?.[1] ?? '')
  );
}

function findHost(baseUrl: string): string | undefined {
  const host = hostOf(baseUrl);
  if (host === undefined) return undefined;
  if (BEDROCK_HOST.test(host)) return 'aws';
  if (/^[a-z\d-]+-aiplatform\.googleapis\.com$/.test(host)) return 'gcp.vertex_ai';
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
