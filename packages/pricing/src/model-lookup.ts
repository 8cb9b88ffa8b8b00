import type { ListedModel } from './listed-model.ts';
import { DATE_TAIL, shorterName } from './model-name.ts';
import { type ProviderList, providerList } from './price-list.ts';

/** A model and the list that it stands in, which may be another provider's. */
export interface FoundModel {
  readonly model: ListedModel;
  readonly list: ProviderList;
}

const MAX_OPEN_TAILS = 4;
const MAX_NAME = 256;
const MAX_REMEMBERED = 1_000;
const remembered = new Map<string, Map<string, FoundModel | null>>();

/**
 * A model of a provider's list: by its exact name, by the name of which it is a dated snapshot, or by an open name and
 * a known kind of suffix. Never by likeness: `gpt-4o-mini-turbo` is not `gpt-4o-mini`.
 */
export function lookUpModel(provider: string, model: string): FoundModel | undefined {
  let names = remembered.get(provider);
  const known = names?.get(model);
  if (known !== undefined) return known ?? undefined;
  const list = providerList(provider);
  if (list === undefined || model.length > MAX_NAME) return undefined;
  if (names === undefined || names.size >= MAX_REMEMBERED) {
    names = new Map();
    remembered.set(provider, names);
  }
  const found = find(list, model.toLowerCase().trim());
  names.set(model, found ?? null);
  return found;
}

function find(list: ProviderList, name: string): FoundModel | undefined {
  for (const spelling of spellings(list.id, name)) {
    const model = findName(list, spelling);
    if (model !== undefined) return { model, list };
  }
  for (const id of list.fallbacks) {
    const other = providerList(id);
    const model = other === undefined ? undefined : findName(other, name);
    if (other !== undefined && model !== undefined) return { model, list: other };
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

const REGION = /^(?:us|us-gov|eu|apac|jp|au|in)\./;

/** The same model under the paths and region prefixes of the vendor's own API. */
function spellings(provider: string, name: string): readonly string[] {
  if (provider === 'google') return [name, name.slice(name.lastIndexOf('/') + 1)];
  if (provider === 'aws') {
    const id = name.startsWith('arn:') ? name.slice(name.lastIndexOf('/') + 1) : name;
    return [id, id.replace(REGION, '')];
  }
  return [name];
}
