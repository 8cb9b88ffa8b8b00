import { DATE_TAIL, hostOf, listedProvider } from './model-lookup.ts';
import { type BillingItem, ListedModel } from './price-list.ts';
import type { Dollars, ModelPrices, PriceOptions, TokenPrices } from './price-options.ts';

/** One model of the user's: its prices from a day on (`''` for always), the oldest first. */
export type OwnModel = readonly { readonly from: string; readonly model: ListedModel }[];

/** The user's prices, made ready for looking up. */
export interface OwnPrices {
  readonly models: ReadonlyMap<string, OwnModel>;
  /** What was found for a provider and two names; `NOBODY` for nothing. */
  readonly found: Map<string, OwnModel>;
  readonly aliases: ReadonlyMap<string, string>;
  readonly providers: ReadonlyMap<string, string>;
  /** A decimal text, `''` for none. */
  multiplierOf(provider: string): string;
}

const MAX_REMEMBERED = 1_000;
const NOBODY: OwnModel = [];
const read = new WeakMap<PriceOptions, OwnPrices>();

/** Reads the user's prices, once for each object. Throws what `parsePrices` throws. */
export function ownPrices(prices: PriceOptions): OwnPrices {
  const known = read.get(prices);
  if (known !== undefined) return known;
  const own = readPrices(parsePrices(prices));
  read.set(prices, own);
  return own;
}

function readPrices({ models = {}, aliases = {}, providers = {}, multiplier }: PriceOptions): OwnPrices {
  const byProvider = new Map<string, string>();
  let all = '';
  if (typeof multiplier === 'object') {
    for (const [name, by] of Object.entries(multiplier)) byProvider.set(listedProvider(name), String(by));
  } else if (multiplier !== undefined) all = String(multiplier);
  return {
    models: new Map(Object.entries(models).map(([name, model]) => [modelKey(name), readModel(model)])),
    found: new Map(),
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

/** Each set of prices stands for itself: a tier that a later one leaves out has no price any more. */
function readModel(prices: ModelPrices | readonly ModelPrices[]): OwnModel {
  const history = (Array.isArray(prices) ? prices : [prices]) as readonly ModelPrices[];
  return history
    .map((dated) => ({ from: dated.from ?? '', model: new ListedModel(segmentsOf(dated)) }))
    .sort((a, b) => (a.from < b.from ? -1 : 1));
}

/** The user's prices in the words of the list: `i=2 o=8`, `!flex i=1 o=4`. */
function segmentsOf(prices: ModelPrices): string[] {
  const items = tokenItems(prices, prices.longContext);
  for (const [field, { item }] of Object.entries(OTHER_FIELDS)) {
    const price = prices[field as keyof ModelPrices] as Dollars | undefined;
    if (price !== undefined) items.push(`${item}=${item === 'r' ? perThousand(price) : String(price)}`);
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
export function ownModel(
  own: OwnPrices,
  provider: string,
  answered: string,
  asked: string,
): OwnModel | undefined {
  if (own.models.size === 0) return undefined;
  const key = `${provider}\n${answered}\n${asked}`;
  const known = own.found.get(key);
  if (known !== undefined) return known === NOBODY ? undefined : known;
  const found = findModel(own, provider, answered, asked);
  // Names come from requests, so what is remembered of them is bounded.
  if (own.found.size >= MAX_REMEMBERED) own.found.clear();
  own.found.set(key, found ?? NOBODY);
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

/** The listed provider that the user says is behind a host or a name. */
export function ownProvider(own: OwnPrices | undefined, name: unknown, baseUrl: unknown): string | undefined {
  if (own === undefined || own.providers.size === 0) return undefined;
  const host = typeof baseUrl === 'string' ? hostOf(baseUrl) : undefined;
  const said = host === undefined ? undefined : own.providers.get(host);
  return said ?? (typeof name === 'string' ? own.providers.get(name.toLowerCase()) : undefined);
}

/** Field of token prices -> short name in the list. All are US dollars per 1M tokens. */
const TOKEN_FIELDS: Readonly<Record<string, BillingItem>> = {
  input: 'i',
  cachedInput: 'c',
  cacheWriteInput: 'w',
  cacheWrite1hInput: 'wh',
  audioInput: 'ia',
  cachedAudioInput: 'ca',
  imageInput: 'ii',
  cachedImageInput: 'ci',
  videoInput: 'iv',
  output: 'o',
  reasoningOutput: 'or',
  audioOutput: 'oa',
  imageOutput: 'oi',
  videoOutput: 'ov',
};

/** Field -> short name and unit of the other prices. `request` is written per 1,000 in the list. */
const OTHER_FIELDS: Readonly<Record<string, { readonly item: BillingItem; readonly unit: string }>> = {
  characters: { item: 'ch', unit: '1M characters' },
  minute: { item: 'mi', unit: 'minute of audio' },
  picture: { item: 'p', unit: 'picture' },
  request: { item: 'r', unit: 'request' },
  webSearch: { item: 's', unit: '1,000 web searches' },
  fileSearch: { item: 'f', unit: '1,000 file searches' },
};

const TIER_FIELDS = ['batch', 'flex', 'priority'] as const;

const DECIMAL = /^\d{1,18}(?:\.\d{1,24})?(?:[eE][+-]?\d{1,2})?$/;

/** Whether a value is an amount of US dollars, from 0 up. */
function isDollars(value: unknown): value is number | string {
  return (typeof value === 'number' || typeof value === 'string') && DECIMAL.test(String(value));
}

/** Whether a value is a day that exists, `YYYY-MM-DD`. */
function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
}

const MAX_PROBLEMS = 20;

/**
 * Checks prices that a person wrote, a JSON text or the value of one, and gives them back. Throws an Error whose
 * message has a line for every mistake, with its path in the file and what should stand there.
 */
export function parsePrices(json: unknown): PriceOptions {
  const value = typeof json === 'string' ? parseJson(json) : json;
  const problems: string[] = [];
  checkPrices(value, problems);
  if (problems.length > 0)
    throw new TypeError(`prices: ${problems.slice(0, MAX_PROBLEMS).join('\nprices: ')}`);
  return value as PriceOptions;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TypeError(`prices: not JSON: ${error instanceof Error ? error.message : 'unreadable'}`, {
      cause: error,
    });
  }
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown, path: string, problems: string[]) => void;

const TOP: Readonly<Record<string, Check>> = {
  models: checkModels,
  aliases: (value, path, problems) => checkNames(value, path, problems, 'a model name'),
  providers: (value, path, problems) => checkNames(value, path, problems, 'a provider name'),
  multiplier: checkMultiplier,
  onUnpriced(value, path, problems) {
    if (value === 'warn' || value === 'ignore' || typeof value === 'function') return;
    problems.push(`${path}: expected "warn" or "ignore", got ${shown(value)}`);
  },
};

function checkPrices(value: unknown, problems: string[]): void {
  if (!isObject(value)) {
    problems.push(`expected an object with ${list(Object.keys(TOP))}, got ${shown(value)}`);
    return;
  }
  for (const [key, part] of Object.entries(value)) {
    if (part === undefined) continue;
    const check = Object.hasOwn(TOP, key) ? TOP[key] : undefined;
    if (check === undefined) problems.push(`${step('', key)}: not known; expected ${list(Object.keys(TOP))}`);
    else check(part, key, problems);
  }
}

function checkModels(value: unknown, path: string, problems: string[]): void {
  if (!isObject(value)) {
    problems.push(`${path}: expected an object of prices by model name, got ${shown(value)}`);
    return;
  }
  for (const [name, prices] of Object.entries(value)) {
    const at = `${path}[${JSON.stringify(name)}]`;
    if (!Array.isArray(prices)) checkModel(prices, at, problems);
    else if (prices.length === 0)
      problems.push(`${at}: expected at least one set of prices, got an empty list`);
    else
      for (const [index, dated] of prices.entries()) checkModel(dated, `${at}[${String(index)}]`, problems);
  }
}

const MODEL_FIELDS = [
  ...Object.keys(TOKEN_FIELDS),
  ...Object.keys(OTHER_FIELDS),
  'longContext',
  ...TIER_FIELDS,
  'from',
];

function checkModel(value: unknown, path: string, problems: string[]): void {
  if (!isObject(value)) {
    problems.push(`${path}: expected an object of prices, got ${shown(value)}`);
    return;
  }
  if (Object.keys(value).every((field) => field === 'from')) {
    problems.push(`${path}: expected a price, such as "input"; a model that is free says so with 0`);
  }
  for (const [field, price] of Object.entries(value)) {
    const at = step(path, field);
    if (price === undefined) continue;
    if (Object.hasOwn(TOKEN_FIELDS, field)) checkDollars(price, at, problems, '1M tokens');
    else if (Object.hasOwn(OTHER_FIELDS, field))
      checkDollars(price, at, problems, OTHER_FIELDS[field]?.unit ?? '');
    else if (field === 'longContext') checkLongContext(price, at, problems);
    else if ((TIER_FIELDS as readonly string[]).includes(field)) checkTokenPrices(price, at, problems, []);
    else if (field !== 'from') problems.push(`${at}: not known; expected ${list(MODEL_FIELDS)}`);
    else if (!isDay(price)) problems.push(`${at}: expected a day such as "2026-09-23", got ${shown(price)}`);
  }
}

function checkLongContext(value: unknown, path: string, problems: string[]): void {
  checkTokenPrices(value, path, problems, ['above']);
  const above = isObject(value) ? value['above'] : undefined;
  if (!isObject(value) || (typeof above === 'number' && Number.isSafeInteger(above) && above > 0)) return;
  problems.push(`${step(path, 'above')}: expected a number of tokens, got ${shown(above)}`);
}

function checkTokenPrices(value: unknown, path: string, problems: string[], others: readonly string[]): void {
  if (!isObject(value)) {
    problems.push(`${path}: expected an object of prices, got ${shown(value)}`);
    return;
  }
  for (const [field, price] of Object.entries(value)) {
    if (price === undefined || others.includes(field)) continue;
    const at = step(path, field);
    if (Object.hasOwn(TOKEN_FIELDS, field)) checkDollars(price, at, problems, '1M tokens');
    else problems.push(`${at}: not known; expected ${list([...others, ...Object.keys(TOKEN_FIELDS)])}`);
  }
}

function checkDollars(value: unknown, path: string, problems: string[], unit: string): void {
  if (!isDollars(value))
    problems.push(`${path}: expected a number of US dollars per ${unit}, got ${shown(value)}`);
}

function checkMultiplier(value: unknown, path: string, problems: string[]): void {
  if (isDollars(value)) return;
  if (!isObject(value)) {
    problems.push(
      `${path}: expected a number such as 1.1, or an object of numbers by provider, got ${shown(value)}`,
    );
    return;
  }
  for (const [provider, by] of Object.entries(value)) {
    if (!isDollars(by))
      problems.push(`${step(path, provider)}: expected a number such as 1.1, got ${shown(by)}`);
  }
}

function checkNames(value: unknown, path: string, problems: string[], what: string): void {
  if (!isObject(value)) {
    problems.push(`${path}: expected an object of names, got ${shown(value)}`);
    return;
  }
  for (const [name, target] of Object.entries(value)) {
    if (typeof target !== 'string' || target.trim() === '') {
      problems.push(`${path}[${JSON.stringify(name)}]: expected ${what}, got ${shown(target)}`);
    }
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function step(path: string, key: string): string {
  if (/^[a-z]\w*$/i.test(key)) return path === '' ? key : `${path}.${key}`;
  return `${path}[${JSON.stringify(key)}]`;
}

const MAX_SHOWN = 60;

function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (isObject(value)) return 'an object';
  if (Array.isArray(value)) return 'a list';
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}
