/**
 * Lists all values of a type of the API, as text: `everyValue<Severity>()(['info', 'warning', 'critical'])`. A list that
 * lacks a value, or has one more, does not compile.
 */
export function everyValue<Value extends string>() {
  return <const List extends readonly Value[]>(
    list: [Exclude<Value, List[number]>] extends [never] ? List : never,
  ): List => list;
}
