import { DATE_TAIL } from '../names/model-lookup.ts';
import { hostOf, listedProvider } from '../names/provider-names.ts';
import { ListedModel } from '../list/listed-model.ts';
import { PRICED_UNITS, type UnitName } from '../priced-unit.ts';
import { parsePrices } from './parse-prices.ts';
import { OTHER_FIELDS, TIER_FIELDS, TOKEN_FIELDS } from './price-fields.ts';
import type { Dollars, ModelPrices, PriceFeed, PriceOptions, TokenPrices } from '../price-options.ts';

/** The user's own prices of one model, each with its first day (`''` for always), the oldest first. */
export type OwnModel = readonly { readonly from: string; readonly model: ListedModel }[];

/** The user's prices, indexed for lookups. */
export interface OwnPrices {
  readonly models: ReadonlyMap<string, OwnModel>;
  /** Cache of lookups by provider and both model names; `NO_PRICE` if nothing was found. */
  readonly found: Map<string, OwnModel>;
  readonly aliases: ReadonlyMap<string, string>;
  readonly providers: ReadonlyMap<string, string>;
  readonly feed: PriceFeed | undefined;
  /** The multiplier of a provider as a decimal; `''` for none. */
  multiplierOf(provider: string): string;
}

const MAX_REMEMBERED = 1_000;
const NO_PRICE: OwnModel = [];
const read = new WeakMap<PriceOptions, OwnPrices>();

/** Indexes the user's prices, once per object. Throws the error of `parsePrices`. */
export function ownPrices(prices: PriceOptions): OwnPrices {
  const known = read.get(prices);
  if (known !== undefined) return known;
  const own = readPrices(parsePrices(prices));
  read.set(prices, own);
  return own;
}

function readPrices({
  models = {},
  aliases = {},
  providers = {},
  multiplier,
  feed,
}: PriceOptions): OwnPrices {
  const byProvider = new Map<string, string>();
  let all = '';
  if (typeof multiplier === 'object') {
    for (const [name, by] of Object.entries(multiplier)) byProvider.set(listedProvider(name), String(by));
  } else if (multiplier !== undefined) all = String(multiplier);
  return {
    models: readModels(models),
    found: new Map(),
    aliases: new Map(Object.entries(aliases).map(([name, model]) => [name.toLowerCase(), model])),
    providers: new Map(
      Object.entries(providers).map(([name, of]) => [name.toLowerCase(), listedProvider(of)]),
    ),
    feed,
    multiplierOf: (provider) => byProvider.get(provider) ?? all,
  };
}

/**
 * Indexes models by name. The provider in `azure:gpt-4o` may have any spelling. A colon may also be part of the model's
 * name, as in `anthropic.claude-3-haiku-20240307-v1:0`, so the whole string is a name, too.
 */
function readModels(models: NonNullable<PriceOptions['models']>): ReadonlyMap<string, OwnModel> {
  const byKey = new Map<string, OwnModel>();
  for (const [name, prices] of Object.entries(models)) {
    const model = readModel(prices);
    byKey.set(name.toLowerCase(), model);
    const colon = name.indexOf(':');
    if (colon < 1) continue;
    byKey.set(`${listedProvider(name.slice(0, colon))}${name.slice(colon)}`.toLowerCase(), model);
  }
  return byKey;
}

/** Reads the history of one model. Each entry is complete: a tier that a later entry leaves out no longer has a price. */
function readModel(prices: ModelPrices | readonly ModelPrices[]): OwnModel {
  const history = (Array.isArray(prices) ? prices : [prices]) as readonly ModelPrices[];
  return history
    .map((dated) => ({ from: dated.from ?? '', model: new ListedModel(segmentsOf(dated)) }))
    .sort((a, b) => (a.from < b.from ? -1 : 1));
}

/** Prices in the format of the list: `i=2 o=8`, `!flex i=1 o=4`. */
export function segmentsOf(prices: ModelPrices): string[] {
  const items = tokenItems(prices, prices.longContext);
  for (const name of Object.keys(OTHER_FIELDS) as UnitName[]) {
    const price = prices[name as keyof ModelPrices] as Dollars | undefined;
    // The list has prices per thousand requests.
    if (price !== undefined)
      items.push(itemText(name, name === 'request' ? shiftedDecimal(price, 3) : plainDecimal(price)));
  }
  const segments = [items.join(' ')];
  for (const tier of TIER_FIELDS) {
    const ofTier = prices[tier];
    if (ofTier !== undefined) segments.push(`!${tier} ${tokenItems(ofTier, undefined).join(' ')}`);
  }
  return segments;
}

function tokenItems(prices: TokenPrices, long: ModelPrices['longContext']): string[] {
  const items: string[] = [];
  for (const name of TOKEN_FIELDS) {
    const price = prices[name];
    const above = long?.[name];
    if (price === undefined && above === undefined) continue;
    const step = above === undefined ? '' : `>${String(long?.above)}:${plainDecimal(above)}`;
    items.push(itemText(name, `${price === undefined ? 'x' : plainDecimal(price)}${step}`));
  }
  return items;
}

function itemText(name: UnitName, price: string): string {
  return `${PRICED_UNITS[name].code}=${price}`;
}

function plainDecimal(price: Dollars): string {
  return shiftedDecimal(price, 0);
}

/** A price times a power of ten, as an exact decimal without an exponent. */
function shiftedDecimal(price: Dollars, tens: number): string {
  const [mantissa = '0', exponent = '0'] = String(price).toLowerCase().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const point = whole.length + Number(exponent) + tens;
  const digits = `${whole}${fraction}`;
  const padded = point > 0 ? digits.padEnd(point, '0') : `${'0'.repeat(1 - point)}${digits}`;
  const at = Math.max(point, 1);
  return padded.length > at ? `${padded.slice(0, at)}.${padded.slice(at)}` : padded;
}

/**
 * The user's own price of a call: by the response's model name, then the request's, then either name without a snapshot
 * date.
 */
export function ownModel(
  own: OwnPrices,
  provider: string,
  answered: string,
  asked: string,
): OwnModel | undefined {
  if (own.models.size === 0) return undefined;
  const key = `${provider}\n${answered}\n${asked}`;
  const known = own.found.get(key);
  if (known !== undefined) return known === NO_PRICE ? undefined : known;
  const found = findModel(own, provider, answered, asked);
  // The cache is bounded, because names come from requests.
  if (own.found.size >= MAX_REMEMBERED) own.found.clear();
  own.found.set(key, found ?? NO_PRICE);
  return found;
}

function findModel(own: OwnPrices, provider: string, answered: string, asked: string): OwnModel | undefined {
  const names = [answered, asked].filter((name) => name !== '').map((name) => name.toLowerCase().trim());
  const aliased = names.flatMap((name) => own.aliases.get(name)?.toLowerCase() ?? []);
  for (const name of [...names, ...aliased, ...names.map((dated) => dated.replace(DATE_TAIL, ''))]) {
    const found = own.models.get(`${provider}:${name}`) ?? own.models.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The listed provider to which the user's prices map a host or a name. */
export function ownProvider(own: OwnPrices | undefined, name: unknown, baseUrl: unknown): string | undefined {
  if (own === undefined || own.providers.size === 0) return undefined;
  const host = typeof baseUrl === 'string' ? hostOf(baseUrl) : undefined;
  const named = host === undefined ? undefined : own.providers.get(host);
  return named ?? (typeof name === 'string' ? own.providers.get(name.toLowerCase()) : undefined);
}
