import type { PriceOptions } from '../price-options.ts';
import type { UnitName } from '../priced-unit.ts';
import { OTHER_FIELDS, TIER_FIELDS, TOKEN_FIELDS } from './price-fields.ts';

const IS_TOKEN_FIELD: ReadonlySet<string> = new Set(TOKEN_FIELDS);

const DECIMAL = /^\d{1,18}(?:\.\d{1,24})?(?:[eE][+-]?\d{1,2})?$/;

/** Maximum price; more than a billion dollars is taken for a mistake. */
const MAX_DOLLARS = 1e9;
const MAX_MULTIPLIER = 1_000;

/** Whether a value is a decimal from 0 to `max`. */
function isAmount(value: unknown, max: number): value is number | string {
  const isDecimal = (typeof value === 'number' || typeof value === 'string') && DECIMAL.test(String(value));
  return isDecimal && Number(value) <= max;
}

/** Whether a value is an existing day in the format `YYYY-MM-DD`. */
function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
}

const MAX_PROBLEMS = 20;
/**
 * Maximum numbers of names and of prices in a history, so that checking them does not block an app. Enough for several
 * times the largest price list, and for a change a day in ten years.
 */
const MAX_NAMES = 20_000;
const MAX_DATED = 4_000;

/**
 * Checks prices that a person wrote, as a JSON string or a parsed value, and returns them. Throws an Error whose
 * message has a line for every mistake, with its path in the file and the expected value.
 */
export function parsePrices(json: unknown): PriceOptions {
  const value = typeof json === 'string' ? parseJson(json) : json;
  const problems: string[] = [];
  try {
    checkPrices(value, problems);
  } catch (error) {
    // A getter or proxy of the application threw.
    throw new TypeError(`prices: cannot be read: ${messageOf(error)}`, { cause: error });
  }
  if (problems.length > 0)
    throw new TypeError(`prices: ${problems.slice(0, MAX_PROBLEMS).join('\nprices: ')}`);
  return value as PriceOptions;
}

function parseJson(text: string): unknown {
  try {
    // Editors on Windows write a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new TypeError(`prices: not JSON: ${error instanceof Error ? error.message : 'unreadable'}`, {
      cause: error,
    });
  }
}

function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'an error that cannot be read either';
  }
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown, path: string, problems: string[]) => void;

const TOP: Readonly<Record<string, Check>> = {
  models: checkModels,
  aliases: (value, path, problems) => checkNames(value, path, problems, 'a model name'),
  providers: (value, path, problems) => checkNames(value, path, problems, 'a provider name'),
  multiplier: checkMultiplier,
  currencyRates: checkCurrencyRates,
  feed(value, path, problems) {
    if (isObject(value) && typeof value['find'] === 'function') return;
    problems.push(`${path}: expected what parseFeed of @userspan/pricing/feed gives, got ${shown(value)}`);
  },
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

/** Checks prices by model name, as {@link parsePrices} does. */
export function checkModels(value: unknown, path: string, problems: string[]): void {
  if (!isObject(value)) {
    problems.push(`${path}: expected an object of prices by model name, got ${shown(value)}`);
    return;
  }
  const names = Object.keys(value);
  if (names.length > MAX_NAMES) {
    problems.push(`${path}: expected at most ${MAX_NAMES} models, got ${names.length}`);
    return;
  }
  for (const name of names) {
    const prices = value[name];
    const at = `${path}[${JSON.stringify(name)}]`;
    if (!Array.isArray(prices)) checkModel(prices, at, problems);
    else if (prices.length === 0)
      problems.push(`${at}: expected at least one set of prices, got an empty list`);
    else if (prices.length > MAX_DATED)
      problems.push(`${at}: expected at most ${MAX_DATED} sets of prices, got ${prices.length}`);
    else
      for (const [index, dated] of prices.entries()) checkModel(dated, `${at}[${String(index)}]`, problems);
  }
}

const MODEL_FIELDS = [...TOKEN_FIELDS, ...Object.keys(OTHER_FIELDS), 'longContext', ...TIER_FIELDS, 'from'];

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
    if (IS_TOKEN_FIELD.has(field)) checkDollars(price, at, problems, '1M tokens');
    else if (Object.hasOwn(OTHER_FIELDS, field))
      checkDollars(price, at, problems, OTHER_FIELDS[field as UnitName] ?? '');
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
    if (IS_TOKEN_FIELD.has(field)) checkDollars(price, at, problems, '1M tokens');
    else problems.push(`${at}: not known; expected ${list([...others, ...TOKEN_FIELDS])}`);
  }
}

function checkDollars(value: unknown, path: string, problems: string[], unit: string): void {
  if (isAmount(value, MAX_DOLLARS)) return;
  const most = isAmount(value, Number.POSITIVE_INFINITY) ? ', at most a billion' : '';
  problems.push(`${path}: expected a number of US dollars per ${unit}${most}, got ${shown(value)}`);
}

function checkMultiplier(value: unknown, path: string, problems: string[]): void {
  if (isAmount(value, MAX_MULTIPLIER)) return;
  if (!isObject(value)) {
    problems.push(
      `${path}: expected a number such as 1.1, or an object of numbers by provider, got ${shown(value)}`,
    );
    return;
  }
  for (const [provider, by] of Object.entries(value)) {
    if (!isAmount(by, MAX_MULTIPLIER))
      problems.push(`${step(path, provider)}: expected a number such as 1.1, got ${shown(by)}`);
  }
}

/** Whether a value is a valid currency rate in US dollars: a plain decimal above 0, at most a billion. */
function isCurrencyRate(value: unknown): boolean {
  if (typeof value === 'number') return value >= 1e-12 && value <= 1e9;
  return typeof value === 'string' && /^\d{1,9}(?:\.\d{1,18})?$/.test(value) && /[1-9]/.test(value);
}

function checkCurrencyRates(value: unknown, path: string, problems: string[]): void {
  if (!isObject(value)) {
    problems.push(
      `${path}: expected an object of US dollars by currency, such as {"EUR":1.08}, got ${shown(value)}`,
    );
    return;
  }
  for (const [currency, rate] of Object.entries(value)) {
    const at = step(path, currency);
    if (!/^[A-Z]{3}$/.test(currency) || currency === 'USD') {
      problems.push(`${at}: expected the three capital letters of a currency other than USD, such as EUR`);
    } else if (!isCurrencyRate(rate)) {
      problems.push(
        `${at}: expected the US dollars for 1 ${currency}, a number above 0 such as 1.08, got ${shown(rate)}`,
      );
    }
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
