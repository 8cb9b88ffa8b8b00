/** A value of the query string. Values are always strings, so that ids that look like numbers are not changed. */
export type SearchValue = string | readonly string[] | undefined;

/** Parses `?a=b&c=d&c=e`. A repeated name gets an array of values. */
export function parseSearch(text: string): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return Object.fromEntries(
    Array.from(values, ([name, list]) => [name, list.length === 1 ? (list[0] ?? '') : list]),
  );
}

/** The reverse of {@link parseSearch}, in the order of the object, without undefined and empty values. */
export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const text of Array.isArray(value) ? value : [value]) {
      if (typeof text === 'string' && text !== '') params.append(name, text.toWellFormed());
    }
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** Returns the value of a name; the last one if there are several. */
export function textOf(search: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = search[name];
  const text: unknown = Array.isArray(value) ? value.at(-1) : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}
