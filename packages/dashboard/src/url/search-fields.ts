import { isFilterName } from './filters.ts';
import { textOf } from './search-codec.ts';

/** Reads the text of one parameter of a URL; undefined where it is no value of that parameter. */
export interface Field<Value extends string = string> {
  readonly read: (text: string) => Value | undefined;
  /** What the parameter takes, for the message about a value that it does not take. */
  readonly takes: string;
}

/** The parameters of a page, by name. */
export type Fields = Readonly<Record<string, Field>>;

/** What {@link readFields} reads. */
export type ValuesOf<Known extends Fields> = {
  readonly [Name in keyof Known]?: (Known[Name] extends Field<infer Value> ? Value : never) | undefined;
};

/** Any text. */
export const anyText: Field = { read: (text) => text, takes: 'any text' };

/** One of a few names. */
export function oneOf<const Known extends string>(known: readonly Known[]): Field<Known> {
  return { read: (text) => known.find((name) => name === text), takes: known.join(', ') };
}

/** A text of which `isValid` holds. */
export function textThat(isValid: (text: string) => boolean, takes: string): Field {
  return { read: (text) => (isValid(text) ? text : undefined), takes };
}

/** Reads the parameters of a page. What is missing, or no value of its parameter, is undefined: never the raw text. */
export function readFields<Known extends Fields>(
  raw: Readonly<Record<string, unknown>>,
  fields: Known,
): ValuesOf<Known> {
  const values = Object.entries(fields).map(([name, { read }]) => {
    const text = textOf(raw, name);
    return [name, text === undefined ? undefined : read(text)];
  });
  return Object.fromEntries(values) as ValuesOf<Known>;
}

/** A parameter of a URL that the page does not take. */
export interface RefusedParameter {
  readonly name: string;
  /** What the parameter takes, where its value is at fault; undefined where there is no such parameter. */
  readonly takes: string | undefined;
  readonly value: string;
}

/** The parameters of a URL that a page ignores: names that it does not have, and values that they do not take. */
export function refusedParameters(
  raw: Readonly<Record<string, unknown>>,
  fields: Fields,
): readonly RefusedParameter[] {
  return Object.keys(raw).flatMap((name): readonly RefusedParameter[] => {
    const value = textOf(raw, name);
    if (value === undefined || isFilterName(name)) return [];
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) return [{ name, value, takes: undefined }];
    return field.read(value) === undefined ? [{ name, value, takes: field.takes }] : [];
  });
}
