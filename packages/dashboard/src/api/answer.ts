import type { operations } from './generated/schema.ts';

/** The operations of the API, such as `listUsers`: each `operationId` of `/api/openapi.json`. */
type Operation = keyof operations;

/** The body of a successful response (200 or 201) to an operation. */
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

/** The sort keys of a list. */
export type ListSort<Name extends Operation> = operations[Name] extends {
  readonly parameters: { readonly query?: { readonly sort?: infer Sort } };
}
  ? Extract<Sort, string>
  : never;

/** The filters of a list: the query parameters that take several values. */
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
 * Lists all values of a string type of the API: `everyValue<Severity>()(['info', 'warning', 'critical'])`. A list with
 * a missing or an additional value does not compile.
 */
export function everyValue<Value extends string>() {
  return <const List extends readonly Value[]>(
    list: [Exclude<Value, List[number]>] extends [never] ? List : never,
  ): List => list;
}
