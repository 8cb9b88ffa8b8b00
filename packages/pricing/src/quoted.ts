const MAX_QUOTED = 100;

/** A value in quotes for a message to people: of limited length and well-formed for any value. */
export function quoted(value: unknown): string {
  if (typeof value !== 'string')
    return typeof value === 'number' ? String(value) : `a value of type ${typeof value}`;
  return JSON.stringify(value.length > MAX_QUOTED ? `${value.slice(0, MAX_QUOTED)}…` : value);
}
