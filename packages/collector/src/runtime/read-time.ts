/**
 * Reads times strictly: `Date.parse` also takes texts such as `' OR '1'='1`, moves 30 February to March, and reads a time
 * without an offset in the time zone of the server.
 */
const NS_PER_MS = 1_000_000n;
const ISO_8601 = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?)?$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** Whether a text is a day of the calendar, such as `2026-11-20`. */
export function isDay(text: string): boolean {
  const ms = DAY.test(text) ? Date.parse(`${text}T00:00Z`) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/**
 * Nanoseconds since the Unix epoch of an ISO 8601 text: a day in UTC, or a date and time with an offset. `undefined` for
 * every other text.
 *
 * @param byDefault offset of a time that has none. Without it, such a time is `undefined`.
 */
export function readIsoNs(text: string, byDefault?: 'Z'): bigint | undefined {
  const [, date = '', time, fraction = '', offset] = ISO_8601.exec(text) ?? [];
  const zone = time === undefined ? 'Z' : (offset ?? byDefault);
  if (zone === undefined || !isDay(date)) return undefined;
  const ms = Date.parse(`${date}T${time ?? '00:00'}${zone}`);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * NS_PER_MS + BigInt(fraction.padEnd(9, '0'));
}

/** The same in whole milliseconds, rounded down. */
export function readIsoMs(text: string, byDefault?: 'Z'): number | undefined {
  const ns = readIsoNs(text, byDefault);
  if (ns === undefined) return undefined;
  const ms = Number(ns / NS_PER_MS);
  return ns % NS_PER_MS < 0n ? ms - 1 : ms;
}
