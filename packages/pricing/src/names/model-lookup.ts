import type { ListedModel } from '../list/listed-model.ts';
import { type ProviderList, providerList } from '../list/price-list.ts';

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

/** Host, or the end of one after a dot -> provider of the price list, or its convention name where it has two. */
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
  // A proxy that bills nothing itself.
  'oai.helicone.ai': 'openai',
  // Without a list here: the same model names, at other prices than OpenAI's.
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
};

const MAX_URL = 2_048;
/** Names come from requests, so what is remembered of them is bounded. */
const MAX_REMEMBERED = 1_000;
const providerOfUrls = new Map<string, string | undefined>();
const providerOfNames = new Map<string, string>();
const foundModels = new Map<string, Map<string, FoundModel | undefined>>();

/**
 * The `gen_ai.provider.name` of a base URL, from its host: `https://api.groq.com/openai/v1` is `groq`. A host that
 * nobody has listed (a proxy, localhost) is `undefined`: then the instrumentation's own provider stands.
 */
export function providerOf(baseUrl: string | undefined): string | undefined {
  const name = nameOfUrl(baseUrl);
  return name === undefined ? undefined : (CONVENTION_NAMES[name] ?? name);
}

/** The provider's id in the price list, from any spelling of its name; the name itself where it is not known. */
export function listedProvider(name: string): string {
  const known = providerOfNames.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase().trim();
  const id = Object.hasOwn(OTHER_NAMES, lower) ? OTHER_NAMES[lower] : LISTED_OF.get(lower);
  return remember(providerOfNames, name, id ?? lower);
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

function remember<Value>(values: Map<string, Value>, key: string, value: Value): Value {
  if (values.size >= MAX_REMEMBERED) values.clear();
  values.set(key, value);
  return value;
}

const LISTED_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(CONVENTION_NAMES).map(([listed, convention]) => [convention, listed]),
);

/** Host name in lower case of a URL, or of a host with or without a port. `new URL` would throw at most of these. */
export function hostOf(url: string): string | undefined {
  const host = /^(?:(?:[a-z][a-z\d+.-]*:)?\/\/)?(?:[^/@?#]*@)?([^/:?#]+)/i.exec(url)?.[1];
  return host?.toLowerCase();
}

function findHost(baseUrl: string): string | undefined {
  const host = hostOf(baseUrl);
  if (host === undefined) return undefined;
  if (/^bedrock(?:-runtime|-mantle)?(?:-fips)?\.[a-z\d-]+\.(?:amazonaws\.com|api\.aws)$/.test(host))
    return 'aws';
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

/** A snapshot's date at the end of a name: `-2024-07-18`, `-20250514`, `@20250514`. */
export const DATE_TAIL: RegExp =
  /(?:-20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|[-@]20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$/;

/** Kinds of suffix that vendors put after a name that is open at its end: `-preview-05-06`, `-001`, `-v1:0`, `@default`. */
const OPEN_TAIL =
  /(?:[-@](?:latest|preview|exp|experimental|default|20\d{2}-\d{2}-\d{2}|20\d{6}|\d{2}-\d{2}|\d{2}-20\d{2}|\d{4}|0\d{2}|v\d+)|:\d+)$/;

/** The name without one such suffix, or `undefined` where it has none. */
function shorterName(name: string): string | undefined {
  const shorter = name.replace(OPEN_TAIL, '');
  return shorter === name ? undefined : shorter;
}

/** A model and the list that it stands in, which may be another provider's. */
export interface FoundModel {
  readonly model: ListedModel;
  readonly list: ProviderList;
}

const MAX_OPEN_TAILS = 4;
const MAX_NAME = 256;

/**
 * A model of a provider's list: by its exact name, by the name of which it is a dated snapshot, or by an open name and
 * a known kind of suffix. Never by likeness: `gpt-4o-mini-turbo` is not `gpt-4o-mini`.
 */
export function lookUpModel(provider: string, model: string): FoundModel | undefined {
  let found = foundModels.get(provider);
  const known = found?.get(model);
  if (known !== undefined) return known;
  const list = providerList(provider);
  if (list === undefined || model.length > MAX_NAME || found?.has(model) === true) return undefined;
  if (found === undefined) {
    found = new Map();
    foundModels.set(provider, found);
  }
  return remember(found, model, findModel(list, model, providerList));
}

/** As {@link lookUpModel}, in any lists: `list` is the provider's, `lists` gives those that it falls back to. */
export function findModel(
  list: ProviderList,
  model: string,
  lists: (id: string) => ProviderList | undefined,
): FoundModel | undefined {
  if (model.length > MAX_NAME) return undefined;
  const name = model.toLowerCase().trim();
  const names = spellings(list.id, name);
  const own = findSpelling(list, names);
  // Another list's fine-tunes cost what they cost there: Azure bills those by the hour too.
  if (own !== undefined || fineTuneBase(name) !== undefined) return own;
  for (const id of list.fallbacks) {
    const other = lists(id);
    const found = other === undefined ? undefined : findSpelling(other, names);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findSpelling(list: ProviderList, names: readonly string[]): FoundModel | undefined {
  for (const name of names) {
    const model = findName(list, name);
    if (model !== undefined) return { model, list };
  }
  return undefined;
}

function findName(list: ProviderList, asked: string): ListedModel | undefined {
  const name = fineTuneBase(asked) ?? asked;
  const exact = list.model(name) ?? list.model(name.replace(DATE_TAIL, ''));
  if (exact !== undefined) return exact;
  let open = name;
  for (let tails = 0; tails <= MAX_OPEN_TAILS; tails += 1) {
    const found = list.model(`${open}*`);
    if (found !== undefined) return found;
    const shorter = shorterName(open);
    if (shorter === undefined) return undefined;
    open = shorter;
  }
  return undefined;
}

/** `ft:BASE:ORG:NAME:ID` is priced as `ft:BASE`, and so is `BASE.ft-ID`; never as `BASE`. */
function fineTuneBase(name: string): string | undefined {
  if (name.startsWith('ft:')) return name.split(':').slice(0, 2).join(':');
  const dot = name.indexOf('.ft-');
  return dot > 0 ? `ft:${name.slice(0, dot)}` : undefined;
}

/** A region or a group of regions. `global.` is none of them: it has a price of its own. */
const REGION = /^(?:us|us-gov|eu|apac|jp|au|in)\./;

/**
 * The ARNs that name a model. Those of `custom-model`, `imported-model`, `provisioned-model` and
 * `application-inference-profile` are a customer's own, whatever stands at their end.
 */
const BEDROCK_ARN = /^arn:aws[a-z-]*:bedrock:[a-z\d-]*:\d*:(?:foundation-model|inference-profile)\/([^/]+)$/;

/**
 * The paths under which Google names what a vendor publishes: `models/…` (Gemini API), `publishers/google/models/…`
 * (Vertex AI), `google/…` (its OpenAI endpoint). `tunedModels/…` and `projects/…/models/…` are a customer's own.
 */
const GOOGLE_PATH =
  /^(?:models|(?:projects\/[^/]+\/locations\/[^/]+\/)?publishers\/[^/]+\/models|google)\/([^/]+)$/;

/** A stable version of a Gemini model, `gemini-1.0-pro-002`. */
const GOOGLE_VERSION = /-00\d$/;

/** The same model under the paths, prefixes and spellings of the vendor's own API. */
function spellings(provider: string, name: string): readonly string[] {
  if (provider === 'google') {
    const id = GOOGLE_PATH.exec(name)?.[1] ?? name;
    return [id, id.replace(GOOGLE_VERSION, '')];
  }
  if (provider === 'aws') {
    const id = name.startsWith('arn:') ? BEDROCK_ARN.exec(name)?.[1] : name;
    return id === undefined ? [] : [id, id.replace(REGION, '')];
  }
  if (provider === 'azure') return [name, name.replace(/^gpt-35-/, 'gpt-3.5-')];
  return [name];
}
