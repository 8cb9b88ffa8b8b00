import { hostOf, listedProvider, listedProviderOfUrl } from './provider.ts';
import { ListedModel } from './listed-model.ts';
import { DATE_TAIL } from './model-name.ts';
import { parsePrices } from './parse-prices.ts';
import { OTHER_FIELDS, TIER_FIELDS, TOKEN_FIELDS } from './prices-shape.ts';
import type { Dollars, ModelPrices, PriceOptions, TokenPrices } from './price-options.ts';

/** The user's prices, made ready for looking up. */
export interface CustomPrices {
  readonly models: ReadonlyMap<string, { readonly model: ListedModel; readonly from: readonly string[] }>;
  readonly aliases: ReadonlyMap<string, string>;
  readonly providers: ReadonlyMap<string, string>;
  /** A decimal text, `''` for none. */
  multiplierOf(provider: string): string;
}

const read = new WeakMap<PriceOptions, CustomPrices>();

/** Reads the user's prices, once for each object. Throws what `parsePrices` throws. */
export function customPrices(prices: PriceOptions): CustomPrices {
  const known = read.get(prices);
  if (known !== undefined) return known;
  const custom = readPrices(parsePrices(prices));
  read.set(prices, custom);
  return custom;
}

function readPrices({ models = {}, aliases = {}, providers = {}, multiplier }: PriceOptions): CustomPrices {
  const byProvider = new Map<string, string>();
  let all = '';
  if (typeof multiplier === 'object') {
    for (const [name, by] of Object.entries(multiplier)) byProvider.set(listedProvider(name), String(by));
  } else if (multiplier !== undefined) all = String(multiplier);
  return {
    models: new Map(Object.entries(models).map(([name, model]) => [modelKey(name), readModel(model)])),
    aliases: new Map(Object.entries(aliases).map(([name, model]) => [name.toLowerCase(), model])),
    providers: new Map(
      Object.entries(providers).map(([name, of]) => [name.toLowerCase(), listedProvider(of)]),
    ),
    multiplierOf: (provider) => byProvider.get(provider) ?? all,
  };
}

/** `azure:gpt-4o` is the same however the provider is spelled. */
function modelKey(name: string): string {
  const colon = name.indexOf(':');
  const provider = listedProvider(name.slice(0, Math.max(colon, 0)));
  return colon > 0 ? `${provider}${name.slice(colon)}`.toLowerCase() : name.toLowerCase();
}

function readModel(prices: ModelPrices | readonly ModelPrices[]): {
  model: ListedModel;
  from: readonly string[];
} {
  const history = (Array.isArray(prices) ? [...prices] : [prices]) as ModelPrices[];
  history.sort((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1));
  const segments = history.flatMap((dated) => segmentsOf(dated));
  return { model: new ListedModel(segments), from: history.map((dated) => dated.from ?? '') };
}

/** The user's prices in the words of the list: `@2026-01-01 i=2 o=8`, `!flex i=1 o=4`. */
function segmentsOf(prices: ModelPrices): string[] {
  const since = prices.from === undefined ? '' : `@${prices.from} `;
  const items = tokenItems(prices, prices.longContext);
  for (const [field, { item }] of Object.entries(OTHER_FIELDS)) {
    const price = prices[field as keyof ModelPrices] as Dollars | undefined;
    if (price !== undefined) items.push(`${item}=${item === 'r' ? perThousand(price) : String(price)}`);
  }
  const segments = [`${since}${items.join(' ')}`];
  for (const tier of TIER_FIELDS) {
    const ofTier = prices[tier];
    if (ofTier !== undefined)
      segments.push(`!${tier}${since === '' ? ' ' : since}${tokenItems(ofTier, undefined).join(' ')}`);
  }
  return segments;
}

function tokenItems(prices: TokenPrices, long: ModelPrices['longContext']): string[] {
  const items: string[] = [];
  for (const [field, item] of Object.entries(TOKEN_FIELDS)) {
    const price = prices[field as keyof TokenPrices];
    const above = long?.[field as keyof TokenPrices];
    if (price === undefined && above === undefined) continue;
    items.push(
      `${item}=${String(price ?? 'x')}${above === undefined ? '' : `>${String(long?.above)}:${String(above)}`}`,
    );
  }
  return items;
}

/** An exponent is safe to add to any decimal text. */
function perThousand(price: Dollars): string {
  const [digits = '0', exponent = '0'] = String(price).toLowerCase().split('e');
  return `${digits}e${String(Number(exponent) + 3)}`;
}

/** The user's own price of a call: by the response's name, the request's, then either as a dated snapshot. */
export function customModel(
  custom: CustomPrices,
  provider: string,
  names: readonly string[],
): { readonly model: ListedModel; readonly from: readonly string[] } | undefined {
  if (custom.models.size === 0) return undefined;
  for (const undated of [false, true]) {
    for (const name of names) {
      const lower = name.toLowerCase().trim();
      const key = undated ? lower.replace(DATE_TAIL, '') : lower;
      const found = custom.models.get(`${provider}:${key}`) ?? custom.models.get(key);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The listed provider of a call: the user's word for its host or name, then the host, then the name. */
export function providerOfCall(
  custom: CustomPrices | undefined,
  provider: unknown,
  baseUrl: unknown,
): string {
  const name = typeof provider === 'string' ? provider : '';
  const url = typeof baseUrl === 'string' && baseUrl !== '' ? baseUrl : undefined;
  if (custom !== undefined && custom.providers.size > 0) {
    const host = url === undefined ? undefined : hostOf(url);
    const said =
      (host === undefined ? undefined : custom.providers.get(host)) ??
      custom.providers.get(name.toLowerCase());
    if (said !== undefined) return said;
  }
  return listedProviderOfUrl(url) ?? listedProvider(name);
}
