import { statedDecimal } from '../cost/exact-decimal.ts';
import type { Attributes } from '../span.ts';
import { parsePythonLiteral } from './python-literal.ts';

/** Maximum length of a name (model, provider, tag). A longer string is not a name. */
const MAX_NAME_LENGTH = 512;
/** Maximum length of a JSON attribute that is parsed. Usage and cost maps are much shorter. */
const MAX_JSON_LENGTH = 65_536;

type Source = Attributes | Readonly<Record<string, unknown>>;

/** A non-empty string, such as the name of a model, provider or tier; otherwise undefined. */
export function readText(source: Source, key: string): string | undefined {
  const value = own(source, key);
  if (typeof value !== 'string' || value === '' || value.length > MAX_NAME_LENGTH) return undefined;
  return value;
}

/** The value of the first name that has a string. */
export function readFirstText(source: Source, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = readText(source, key);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** A number in a string. Java writes 10000000.0 as 1.0E7. */
const COUNT_AS_TEXT = /^\s*\d{1,16}(?:\.\d{1,16})?(?:[eE]\+?\d{1,2})?\s*$/;
/** Maximum count. No request has more, and sums over many calls stay exact as doubles. */
export const MAX_COUNT = 10_000_000_000;
const AMOUNT_AS_TEXT = /^\s*(?:\d{1,24}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?\s*$/;

/**
 * A whole number of units from 0 to {@link MAX_COUNT}, also as a string (Spring AI and log exporters send numbers as
 * strings). `NaN` for an invalid value, which means an unknown number of units and must not be taken for zero.
 * `undefined` if there is no value.
 */
export function readCount(source: Source, key: string): number | undefined {
  const value = own(source, key);
  if (value === undefined || value === null || value === '') return undefined;
  const isNumeric = typeof value === 'bigint' || (typeof value === 'string' && COUNT_AS_TEXT.test(value));
  const count = isNumeric ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 && count <= MAX_COUNT
    ? count
    : Number.NaN;
}

/** The count of the first name that has one; `NaN` if names have values but none is a count. */
export function readFirstCount(source: Source, keys: readonly string[]): number | undefined {
  let unreadable: number | undefined;
  for (const key of keys) {
    const count = readCount(source, key);
    if (count !== undefined && !Number.isNaN(count)) return count;
    unreadable ??= count;
  }
  return unreadable;
}

/** A finite number of 0 or more, also as a string: seconds, dollars. */
export function readAmount(source: Source, key: string): number | undefined {
  const value = own(source, key);
  const isNumeric = typeof value === 'bigint' || (typeof value === 'string' && AMOUNT_AS_TEXT.test(value));
  const amount = isNumeric ? Number(value) : value;
  return typeof amount === 'number' && Number.isFinite(amount) && amount >= 0 ? amount : undefined;
}

/** An amount of money of any size as an exact decimal; `undefined` if invalid. */
export function readMoney(source: Source, key: string): string | undefined {
  const amount = readAmount(source, key);
  return amount === undefined ? undefined : statedDecimal(amount);
}

/** The strings of a list, or a single string as a list. Other items are left out. */
export function readTexts(source: Source, key: string): readonly string[] {
  const value = own(source, key);
  if (typeof value === 'string') return value === '' || value.length > MAX_NAME_LENGTH ? [] : [value];
  if (!Array.isArray(value)) return [];
  return value.filter(
    (item): item is string => typeof item === 'string' && item !== '' && item.length <= MAX_NAME_LENGTH,
  );
}

/** An object, given as JSON, as a map (SDK 3), or as Python's `str(dict)`, which several Python libraries send. */
export function readObject(source: Source, key: string): Readonly<Record<string, unknown>> | undefined {
  const value = parsedValue(own(source, key), '{');
  return isObject(value) ? value : undefined;
}

/** A list, in the same formats as {@link readObject}. */
export function readList(source: Source, key: string): readonly unknown[] | undefined {
  const value = parsedValue(own(source, key), '[');
  return Array.isArray(value) ? (value as readonly unknown[]) : undefined;
}

function parsedValue(value: unknown, opening: '{' | '['): unknown {
  if (typeof value !== 'string') return value;
  if (value.length > MAX_JSON_LENGTH || !value.startsWith(opening)) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return parsePythonLiteral(value);
  }
}

/** The value of an attribute, ignoring properties of the prototype. */
export function own(source: Source, key: string): unknown {
  const value = source[key];
  // Most names are missing, so `hasOwn` is called only for those with a value.
  return value !== undefined && Object.hasOwn(source, key) ? value : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}
