import type { ListedModel } from './listed-model.ts';
import { type ProviderList, providerList } from './price-list.ts';

const DATE_TAIL = /(?:-20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|[-@]20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$/;
/** Kinds of snapshot suffix that vendors use after an open name: `-latest`, `-preview-05-06`, `-001`, `-v1:0`, `@default`. */
const OPEN_TAIL =
  /(?:[-@](?:latest|preview|exp|experimental|default|\d{2}-\d{2}|\d{2}-20\d{2}|0\d{2}|\d{4}|20\d{6}|20\d{2}-\d{2}-\d{2}|v\d+(?::\d+)?)|:\d+)$/;
const MAX_TAILS = 4;
const MAX_NAME = 256;
const MAX_REMEMBERED = 2_000;
const remembered = new Map<string, ListedModel | null>();

/**
 * A model of a provider's list: by its exact name, by the name of which it is a dated snapshot, or by an open name and
 * a known kind of suffix. Never by likeness: `gpt-4o-mini-turbo` is not `gpt-4o-mini`.
 */
export function lookUpModel(provider: string, model: string): ListedModel | undefined {
  if (model.length > MAX_NAME) return undefined;
  const key = `${provider}\n${model}`;
  const known = remembered.get(key);
  if (known !== undefined) return known ?? undefined;
  const list = providerList(provider);
  const found = list === undefined ? undefined : find(list, model.toLowerCase().trim());
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(key, found ?? null);
  return found;
}

function find(list: ProviderList, name: string): ListedModel | undefined {
  for (const candidate of spellings(list.id, name)) {
    const found = findName(list, candidate);
    if (found !== undefined) return found;
  }
  for (const fallback of list.fallbacks) {
    const other = providerList(fallback);
    const found = other === undefined ? undefined : findName(other, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findName(list: ProviderList, name: string): ListedModel | undefined {
  const base = fineTuneBase(name) ?? name;
  const exact = list.model(base) ?? list.model(base.replace(DATE_TAIL, ''));
  if (exact !== undefined) return exact;
  let open = base;
  for (let tails = 0; tails <= MAX_TAILS; tails += 1) {
    const found = list.model(`${open}*`);
    if (found !== undefined) return found;
    const shorter = open.replace(OPEN_TAIL, '');
    if (shorter === open) return undefined;
    open = shorter;
  }
  return undefined;
}

/** `ft:BASE:ORG:NAME:ID` is priced as `ft:BASE`, `BASE.ft-ID` as well; never as `BASE`. */
function fineTuneBase(name: string): string | undefined {
  if (name.startsWith('ft:')) return name.split(':').slice(0, 2).join(':');
  const dot = name.indexOf('.ft-');
  return dot > 0 ? `ft:${name.slice(0, dot)}` : undefined;
}

const REGION = /^(?:us|eu|apac|jp|au|in|us-gov)\./;

/** The same model under the paths and region prefixes of the vendor's own API. */
function spellings(provider: string, name: string): readonly string[] {
  if (provider === 'google') return [name, name.slice(name.lastIndexOf('/') + 1)];
  if (provider === 'aws') {
    const id = name.startsWith('arn:') ? name.slice(name.lastIndexOf('/') + 1) : name;
    return [id, id.replace(REGION, '')];
  }
  return [name];
}
