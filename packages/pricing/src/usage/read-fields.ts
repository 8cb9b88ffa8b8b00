import type { Usage } from './usage.ts';

/** The usage of an answer, which may be the answer's own fields. */
export function usageIn(raw: unknown): unknown {
  const usage = field(raw, 'usage');
  if (typeof usage === 'object' && usage !== null) return usage;
  return field(field(raw, 'x_groq'), 'usage') ?? raw;
}

/** A property of anything; `undefined` where there is none. Throws where a getter does: the reader catches it once. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

const NO_FIELDS: object = Object.freeze({});

/** The fields of an object; none where it is not one. */
export function fieldsOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : NO_FIELDS;
}

/** A count of tokens or calls: a safe integer from 0 up. */
export function asCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value + 0 : undefined;
}

/** A property that is a count; else the other spelling of it. */
export function count(value: unknown, name: string, otherName?: string): number | undefined {
  const found = asCount(field(value, name));
  return found === undefined && otherName !== undefined ? count(value, otherName) : found;
}

const MAX_MEASURE = 1e12;

/** A measure that may be broken, such as seconds or US dollars. */
export function measure(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= MAX_MEASURE ? value + 0 : undefined;
}

/** Adds counts; not known where none of them is. */
export function sum(...counts: readonly (number | undefined)[]): number | undefined {
  let total: number | undefined;
  for (const each of counts) if (each !== undefined) total = (total ?? 0) + each;
  return total;
}

/** A usage that is being read. */
export type MutableUsage = { -readonly [K in keyof Usage]: Usage[K] };

/** Sets the fields that are known; they replace what was there. */
export function putAll(usage: MutableUsage, fields: Fields | undefined): void {
  // oxlint-disable-next-line guard-for-in -- ours, without a prototype of its own; no list of names is made
  for (const name in fields) {
    const value = fields[name as keyof Usage];
    if (value !== undefined) (usage as Record<string, unknown>)[name] = value;
  }
}

/** Fields of a usage of which some may not be known. */
export type Fields = { readonly [K in keyof Usage]: Usage[K] | undefined };

/** A usage without the fields that are not known. */
export function known(fields: Fields): Usage {
  const usage: MutableUsage = {};
  putAll(usage, fields);
  return usage;
}
