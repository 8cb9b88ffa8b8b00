import type { ListedModel } from '../list/listed-model.ts';
import { type ProviderList, providerList } from '../list/price-list.ts';
import { remember } from './provider-names.ts';

const foundModels = new Map<string, Map<string, FoundModel | undefined>>();

/** Date of a snapshot at the end of a name: `-2024-07-18`, `-20250514`, `@20250514`. */
export const DATE_TAIL: RegExp =
  /(?:-20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|[-@]20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$/;

/** Suffixes that vendors add to an open name: `-preview-05-06`, `-001`, `-v1:0`, `@default`. */
const OPEN_TAIL =
  /(?:[-@](?:latest|preview|exp|experimental|default|20\d{2}-\d{2}-\d{2}|20\d{6}|\d{2}-\d{2}|\d{2}-20\d{2}|\d{4}|0\d{2}|v\d+)|:\d+)$/;

/** The name without its last such suffix; `undefined` if it has none. */
function shorterName(name: string): string | undefined {
  const shorter = name.replace(OPEN_TAIL, '');
  return shorter === name ? undefined : shorter;
}

/** A model and the list that contains it, which may be another provider's. */
export interface FoundModel {
  readonly model: ListedModel;
  readonly list: ProviderList;
}

const MAX_OPEN_TAILS = 4;
const MAX_NAME = 256;

/**
 * Finds a model in a provider's list: by its exact name, as a dated snapshot of a listed name, or as an open name with
 * a known suffix. Never by similarity: `gpt-4o-mini-turbo` is not `gpt-4o-mini`.
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

/**
 * As {@link lookUpModel}, with any lists: `list` is the provider's list, and `lists` returns the lists to which it
 * falls back.
 */
export function findModel(
  list: ProviderList,
  model: string,
  lists: (id: string) => ProviderList | undefined,
): FoundModel | undefined {
  if (model.length > MAX_NAME) return undefined;
  const name = model.toLowerCase().trim();
  const names = spellings(list.id, name);
  const own = findSpelling(list, names);
  // Fine-tunes do not use fallback lists: Azure, for example, also bills them by the hour.
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

/** The name by which a fine-tune is priced: `ft:BASE` for `ft:BASE:ORG:NAME:ID` and for `BASE.ft-ID`, never `BASE`. */
function fineTuneBase(name: string): string | undefined {
  if (name.startsWith('ft:')) return name.split(':').slice(0, 2).join(':');
  const dot = name.indexOf('.ft-');
  return dot > 0 ? `ft:${name.slice(0, dot)}` : undefined;
}

/** Prefix for a group of Bedrock regions. `global.` is not one: it has its own price. */
const REGION_GROUP = /^(?:us|us-gov|eu|apac|jp|au|in)\./;

/** Region before a name in LiteLLM's format: `eu-west-3/mistral.mistral-large-2402-v1:0`. */
const IN_REGION = /^([a-z]{2}(?:-[a-z]+)+-\d)\/(.+)$/;

/**
 * The name of the Bedrock API in LiteLLM's format, after the provider prefix:
 * `bedrock/converse/us.anthropic.claude-opus-5`.
 */
const BEDROCK_ROUTE = /^(?:converse|converse_like|invoke|mantle)\//;

/**
 * ARNs that name a model, with its region. ARNs of `custom-model`, `imported-model`, `provisioned-model` and
 * `application-inference-profile` belong to a customer and do not name a listed model.
 */
const BEDROCK_ARN =
  /^arn:aws[a-z-]*:bedrock:([a-z\d-]*):\d*:(?:foundation-model|inference-profile)\/([^/]+)$/;

/**
 * The name of a Bedrock model in one region, for {@link lookUpModel}. Names with a group of regions and ARNs already
 * contain the region.
 */
export function inRegion(region: string, name: string): string {
  return region === '' || name.startsWith('arn:') || IN_REGION.test(name) ? name : `${region}/${name}`;
}

/**
 * If Bedrock's prices differ by region, the list has a row for each region. A region without a row has the general
 * price, except GovCloud, which is more expensive: a model without a row for GovCloud is unpriced there.
 */
function bedrockSpellings(name: string): readonly string[] {
  const isArn = name.startsWith('arn:');
  const [, region = '', id = isArn ? undefined : name] = (isArn ? BEDROCK_ARN : IN_REGION).exec(name) ?? [];
  if (id === undefined) return [];
  const model = id.replace(BEDROCK_ROUTE, '');
  const plain = model.replace(REGION_GROUP, '');
  if (region.startsWith('us-gov-') || model.startsWith('us-gov.')) {
    const regions = new Set([region, 'us-gov-west-1', 'us-gov-east-1']);
    const regional = [...regions].filter((each) => each !== '').map((each) => `${each}/${plain}`);
    return model === plain ? [...regional, `us-gov.${plain}`] : [`us-gov.${plain}`, ...regional];
  }
  return region === '' || model !== plain ? [model, plain] : [`${region}/${model}`, model];
}

/**
 * Paths in Google's names of published models: `models/…` (Gemini API), `publishers/google/models/…` (Vertex AI),
 * `google/…` (its OpenAI endpoint). `tunedModels/…` and `projects/…/models/…` belong to a customer.
 */
const GOOGLE_PATH =
  /^(?:models|(?:projects\/[^/]+\/locations\/[^/]+\/)?publishers\/[^/]+\/models|google)\/([^/]+)$/;

/** A stable version of a Gemini model, `gemini-1.0-pro-002`. */
const GOOGLE_VERSION = /-00\d$/;

/** LiteLLM's prefix for a global deployment, which has the general price. Names with `eu/` and `us/` are in the list. */
const AZURE_GLOBAL = /^global(?:-standard)?\//;

/** Other spellings of a model's name in the vendor's own API: paths, prefixes and suffixes. */
function spellings(provider: string, name: string): readonly string[] {
  if (provider === 'google') {
    const id = GOOGLE_PATH.exec(name)?.[1] ?? name;
    return [id, id.replace(GOOGLE_VERSION, '')];
  }
  if (provider === 'aws') return bedrockSpellings(name);
  if (provider === 'azure') {
    const id = name.replace(AZURE_GLOBAL, '');
    return [name, id, id.replace(/^gpt-35-/, 'gpt-3.5-')];
  }
  return [name];
}
