import { isFilterName } from './filters.ts';
import { isReversed } from './range.ts';
import { textOf } from './search-codec.ts';

/** Parses one parameter of a URL; undefined if the value is invalid. */
export interface Field<Value extends string = string> {
  readonly read: (text: string) => Value | undefined;
  /** Describes valid values, for the message about an invalid one. */
  readonly takes: string;
}

/** The parameters of a page by name. */
export type Fields = Readonly<Record<string, Field>>;

/** The result of {@link readFields}. */
export type ValuesOf<Known extends Fields> = {
  readonly [Name in keyof Known]?: (Known[Name] extends Field<infer Value> ? Value : never) | undefined;
};

/** Any text. */
export const anyText: Field = { read: (text) => text, takes: 'any text' };

/** One of a few names. */
export function oneOf<const Known extends string>(known: readonly Known[]): Field<Known> {
  return { read: (text) => known.find((name) => name === text), takes: known.join(', ') };
}

/** Text that `isValid` accepts. */
export function textThat(isValid: (text: string) => boolean, takes: string): Field {
  return { read: (text) => (isValid(text) ? text : undefined), takes };
}

/** Parses the parameters of a page. Missing and invalid values are undefined. */
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

/** An invalid parameter of a URL. */
export interface RefusedParameter {
  readonly name: string;
  /** Describes valid values if the value is invalid; undefined if the parameter does not exist. */
  readonly takes: string | undefined;
  /** The value; the last one if the parameter is given several times. */
  readonly value: string;
  /** Whether the parameter is given several times and takes one value, so that only the last one is used. */
  readonly isRepeated: boolean;
}

/** Returns the parameters of which a page ignores something: unknown names, invalid values, and all but the last value. */
export function refusedParameters(
  raw: Readonly<Record<string, unknown>>,
  fields: Fields,
): readonly RefusedParameter[] {
  return Object.keys(raw).flatMap((name): readonly RefusedParameter[] => {
    const value = textOf(raw, name);
    if (value === undefined || isFilterName(name)) return [];
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const refused = { name, value, takes: field?.takes, isRepeated: false };
    if (field?.read(value) === undefined) return [refused];
    if (name === 'to' && isReversed({ from: textOf(raw, 'from'), to: value })) {
      return [{ ...refused, takes: 'a time after that of from' }];
    }
    return Array.isArray(raw[name]) ? [{ ...refused, isRepeated: true }] : [];
  });
}
