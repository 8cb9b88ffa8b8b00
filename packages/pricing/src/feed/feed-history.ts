/** Adds a date to a segment: `!flex i=1` becomes `!flex@2026-11-20 i=1`. */
export function withDate(segment: string, day: string): string {
  const [, tier = '', rest = ''] = /^((?:![a-z]+)?)(.*)$/.exec(segment) ?? [];
  return /^[ *@]|^$/.test(rest) ? `${tier}@${day}${rest}` : `${tier}@${day} ${rest}`;
}

/** Combines the prices of two versions of a source without dates; the new prices apply from `day` on. */
export function withHistory(before: string, after: string, day: string): string {
  if (latestOf(before) === after) return before;
  return [before, ...after.split('\t').map((segment) => withDate(segment, day))].join('\t');
}

/** The day from which the latest prices apply; `''` if they have no date. */
export function lastDay(prices: string): string {
  return /^(?:![a-z]+)?@(\d{4}-\d\d-\d\d)/.exec(prices.split('\t').at(-1) ?? '')?.[1] ?? '';
}

/** The segments of the latest date, without the date. */
export function latestOf(prices: string): string {
  const segments = prices.split('\t');
  const last = lastDay(prices);
  if (last === '') return prices;
  return segments
    .filter((segment) => segment.includes(`@${last}`))
    .map((segment) => segment.replace(`@${last}`, '').trimStart())
    .join('\t');
}
