/** `!flex i=1` is `!flex@2026-11-20 i=1`. */
export function withDate(segment: string, day: string): string {
  const [, tier = '', rest = ''] = /^((?:![a-z]+)?)(.*)$/.exec(segment) ?? [];
  return /^[ *@]|^$/.test(rest) ? `${tier}@${day}${rest}` : `${tier}@${day} ${rest}`;
}

/** Prices that changed from one version of a source without dates to the next: the new ones count from a day on. */
export function withHistory(before: string, after: string, day: string): string {
  if (latestOf(before) === after) return before;
  return [before, ...after.split('\t').map((segment) => withDate(segment, day))].join('\t');
}

/** The day from which the last prices count; `''` where they always did. */
export function lastDay(prices: string): string {
  return /^(?:![a-z]+)?@(\d{4}-\d\d-\d\d)/.exec(prices.split('\t').at(-1) ?? '')?.[1] ?? '';
}

/** The segments of the last date, without it. */
export function latestOf(prices: string): string {
  const segments = prices.split('\t');
  const last = lastDay(prices);
  if (last === '') return prices;
  return segments
    .filter((segment) => segment.includes(`@${last}`))
    .map((segment) => segment.replace(`@${last}`, '').trimStart())
    .join('\t');
}
