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

/** The first of some properties that is a count of tokens or calls: a safe integer from 0 up. */
export function count(value: unknown, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const found = field(value, name);
    if (typeof found === 'number' && Number.isSafeInteger(found) && found >= 0) return found + 0;
  }
  return undefined;
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

/** Fields of a usage of which some may not be known. */
export type Fields = { readonly [K in keyof Usage]: Usage[K] | undefined };

/** A usage without the fields that are not known. */
export function known(fields: Fields): Usage {
  const usage: Record<string, unknown> = {};
  for (const name in fields) {
    const value = fields[name as keyof Usage];
    if (value !== undefined) usage[name] = value;
  }
  return usage;
}
