import type { Usage } from './usage.ts';

/** The usage of an answer, or the value itself if it is already a usage. */
export function usageIn(raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null) return raw;
  // With `object.name` and not through `field`, because this runs for every call.
  const { usage, x_groq: groq } = raw as { readonly usage?: unknown; readonly x_groq?: unknown };
  if (typeof usage === 'object' && usage !== null) return usage;
  return groq === undefined ? raw : (field(groq, 'usage') ?? raw);
}

/** A property of any value; `undefined` if there is none. Throws if a getter throws; `normalizeUsage` catches that. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

const NO_FIELDS: object = Object.freeze({});

/** The object, or an empty one if the value is not an object. */
export function fieldsOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : NO_FIELDS;
}

/** The value if it is a count of tokens or calls: a safe integer of 0 or more. */
export function asCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value + 0 : undefined;
}

/** A property that is a count, under either spelling. */
export function count(value: unknown, name: string, otherName?: string): number | undefined {
  const found = asCount(field(value, name));
  return found === undefined && otherName !== undefined ? count(value, otherName) : found;
}

/** Whether a property is there under either spelling, even if it is no count. */
export function isStated(value: unknown, name: string, otherName: string): boolean {
  return (field(value, name) ?? field(value, otherName) ?? null) !== null;
}

/**
 * Tokens of an input that are neither its text nor its pictures, by the `details` of the input; `undefined` if there are
 * none, or if the text is not counted. Pictures have another price.
 */
export function uncountedPictures(
  input: number,
  pictures: number | undefined,
  details: unknown,
): number | undefined {
  const text = count(details, 'text_tokens');
  if (text === undefined) return undefined;
  const uncounted = input - text - (pictures ?? 0);
  return uncounted > 0 ? uncounted : undefined;
}

const MAX_MEASURE = 1e12;

/** The value if it is a quantity that may have decimals, such as seconds or US dollars. */
export function measure(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= MAX_MEASURE ? value + 0 : undefined;
}

/** Adds counts; `undefined` if all of them are unknown. */
export function sum(...counts: readonly (number | undefined)[]): number | undefined {
  let total: number | undefined;
  for (const each of counts) if (each !== undefined) total = (total ?? 0) + each;
  return total;
}

/** A usage under construction. */
export type MutableUsage = { -readonly [K in keyof Usage]: Usage[K] };

/** Sets the fields that are known and overwrites earlier values. */
export function putAll(usage: MutableUsage, fields: Fields | undefined): void {
  // oxlint-disable-next-line guard-for-in -- ours, without a prototype of its own; no list of names is made
  for (const name in fields) {
    const value = fields[name as keyof Usage];
    if (value !== undefined) (usage as Record<string, unknown>)[name] = value;
  }
}

/** Fields of a usage, some of which may be unknown. */
export type Fields = { readonly [K in keyof Usage]: Usage[K] | undefined };

/** Creates a usage from the known fields. */
export function known(fields: Fields): Usage {
  const usage: MutableUsage = {};
  putAll(usage, fields);
  return usage;
}
