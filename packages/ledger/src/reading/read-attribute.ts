import { statedDecimal } from '../cost/exact-decimal.ts';
import type { Attributes } from '../span.ts';
import { parsePythonLiteral } from './python-literal.ts';

/** Longest text that is read as a name (model, provider, tag); longer is no name. */
const MAX_NAME_LENGTH = 512;
/** Longest JSON attribute that is parsed; usage and cost maps are far below. */
const MAX_JSON_LENGTH = 65_536;

type Source = Attributes | Readonly<Record<string, unknown>>;

/** A non-empty text, or nothing: names of models, providers, tiers. */
export function readText(source: Source, key: string): string | undefined {
  const value = own(source, key);
  if (typeof value !== 'string' || value === '' || value.length > MAX_NAME_LENGTH) return undefined;
  return value;
}

/** The first of several names that holds a text. */
export function readFirstText(source: Source, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = readText(source, key);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Java writes 10000000.0 as 1.0E7. */
const COUNT_AS_TEXT = /^\s*\d{1,16}(?:\.\d{1,16})?(?:[eE]\+?\d{1,2})?\s*$/;
/** More than any request has; sums of many calls with smaller counts stay exact as doubles. */
export const MAX_COUNT = 10_000_000_000;
const AMOUNT_AS_TEXT = /^\s*(?:\d{1,24}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?\s*$/;

/**
 * A whole number of units from 0 to {@link MAX_COUNT}, also as text (Spring AI and log exporters send tags as texts).
 * `NaN` for a value that is none of these: it stands for units whose number is not known, so that they are not taken for
 * no units. `undefined` where there is no value.
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

/** The first of several names that holds a count; `NaN` where some have a value and none a count. */
export function readFirstCount(source: Source, keys: readonly string[]): number | undefined {
  let unreadable: number | undefined;
  for (const key of keys) {
    const count = readCount(source, key);
    if (count !== undefined && !Number.isNaN(count)) return count;
    unreadable ??= count;
  }
  return unreadable;
}

/** A finite number, at least 0, also as text: seconds, dollars. */
export function readAmount(source: Source, key: string): number | undefined {
  const value = own(source, key);
  const isNumeric = typeof value === 'bigint' || (typeof value === 'string' && AMOUNT_AS_TEXT.test(value));
  const amount = isNumeric ? Number(value) : value;
  return typeof amount === 'number' && Number.isFinite(amount) && amount >= 0 ? amount : undefined;
}

/** An amount of money as an exact decimal, however large; `undefined` for what is no amount. */
export function readMoney(source: Source, key: string): string | undefined {
  const amount = readAmount(source, key);
  return amount === undefined ? undefined : statedDecimal(amount);
}

/** Every text of a list, or of one text; other members are left out. */
export function readTexts(source: Source, key: string): readonly string[] {
  const value = own(source, key);
  if (typeof value === 'string') return value === '' || value.length > MAX_NAME_LENGTH ? [] : [value];
  if (!Array.isArray(value)) return [];
  return value.filter(
    (item): item is string => typeof item === 'string' && item !== '' && item.length <= MAX_NAME_LENGTH,
  );
}

/**
 * An object, written as JSON text, as a map (SDK 3), or as Python writes a dict: several Python libraries send
 * `str(value)`.
 */
export function readObject(source: Source, key: string): Readonly<Record<string, unknown>> | undefined {
  const value = parsedValue(own(source, key), '{');
  return isObject(value) ? value : undefined;
}

/** A list, written as {@link readObject} reads objects. */
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

/** What an attribute holds, never what a prototype does. */
export function own(source: Source, key: string): unknown {
  const value = source[key];
  // Most names are missing, and asking twice for every one of them would cost as much as all the rest.
  return value !== undefined && Object.hasOwn(source, key) ? value : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}
