import type { operations } from './generated/schema.ts';

/** Names of what the API can be asked for, such as `listUsers`: the `operationId`s of `/api/openapi.json`. */
type Operation = keyof operations;

/** What the API answers to an operation with 200 or 201. */
export type Answer<Name extends Operation> = operations[Name] extends { readonly responses: infer Responses }
  ? JsonOf<
      Responses extends { readonly 200: infer Ok }
        ? Ok
        : Responses extends { readonly 201: infer Made }
          ? Made
          : never
    >
  : never;

/** A row of a list. */
export type RowOf<Name extends Operation> =
  Answer<Name> extends { readonly data: readonly (infer Row)[] } ? Row : never;

/** What a list can be sorted by. */
export type ListSort<Name extends Operation> = operations[Name] extends {
  readonly parameters: { readonly query?: { readonly sort?: infer Sort } };
}
  ? Extract<Sort, string>
  : never;

/** The filters of a list: the parameters that take several values. */
export type ListFilter<Name extends Operation> = operations[Name] extends {
  readonly parameters: { readonly query?: infer Query };
}
  ? {
      [Key in keyof Query]-?: NonNullable<Query[Key]> extends readonly string[] ? Key : never;
    }[keyof Query] &
      string
  : never;

/** The keys by which a series can be divided. */
export type SeriesKey<Name extends Operation> = operations[Name] extends {
  readonly parameters: { readonly query?: { readonly by?: infer By } };
}
  ? Extract<By, string>
  : never;

/** The JSON body of a request. */
export type Body<Name extends Operation> = operations[Name] extends {
  readonly requestBody: infer Sent;
}
  ? JsonOf<Sent>
  : never;

type JsonOf<Message> = Message extends { readonly content: { readonly 'application/json': infer Json } }
  ? Json
  : never;

/**
 * Lists all values of a type of the API, as text: `everyValue<Severity>()(['info', 'warning', 'critical'])`. A list that
 * lacks a value, or has one more, does not compile.
 */
export function everyValue<Value extends string>() {
  return <const List extends readonly Value[]>(
    list: [Exclude<Value, List[number]>] extends [never] ? List : never,
  ): List => list;
}
