export const HOUR_MS: number = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Last hour that the store's times can hold. */
export const MAX_MS: number = 4_294_965_600_000;

/** Whole hours, `from` inside and `to` outside; open where it is absent. Milliseconds since the Unix epoch. */
export interface Range {
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** The range as answers show it. */
export function showRange({ fromMs, toMs }: Range): { from: string | null; to: string | null } {
  return {
    from: fromMs === undefined ? null : new Date(fromMs).toISOString(),
    to: toMs === undefined ? null : new Date(toMs).toISOString(),
  };
}

/** The range of the same length before; `undefined` where the range has no beginning. */
export function rangeBefore({ fromMs, toMs }: Range, nowMs: number): Range | undefined {
  if (fromMs === undefined) return undefined;
  const length = Math.max((toMs ?? Math.ceil(nowMs / HOUR_MS) * HOUR_MS) - fromMs, HOUR_MS);
  return { fromMs: Math.max(fromMs - length, 0), toMs: fromMs };
}

/** A part of a range, in items of the table that has its figures. */
export interface RangePart {
  readonly unit: 'day' | 'hour';
  /** First unit inside, days or seconds since the epoch. */
  readonly from?: number;
  /** First unit outside. */
  readonly to?: number;
}

/** Cuts a range into whole days and the hours at its ends, so that the daily table answers for most of it. */
export function partsOf({ fromMs, toMs }: Range): readonly RangePart[] {
  const firstDay = fromMs === undefined ? undefined : Math.ceil(fromMs / DAY_MS);
  const lastDay = toMs === undefined ? undefined : Math.floor(toMs / DAY_MS);
  if (firstDay !== undefined && lastDay !== undefined && firstDay >= lastDay) {
    return [hours(fromMs, toMs)];
  }
  const parts: RangePart[] = [
    {
      unit: 'day',
      ...(firstDay === undefined ? {} : { from: firstDay }),
      ...(lastDay === undefined ? {} : { to: lastDay }),
    },
  ];
  if (firstDay !== undefined && fromMs !== undefined && firstDay * DAY_MS > fromMs) {
    parts.push(hours(fromMs, firstDay * DAY_MS));
  }
  if (lastDay !== undefined && toMs !== undefined && lastDay * DAY_MS < toMs) {
    parts.push(hours(lastDay * DAY_MS, toMs));
  }
  return parts;
}

function hours(fromMs: number | undefined, toMs: number | undefined): RangePart {
  return {
    unit: 'hour',
    ...(fromMs === undefined ? {} : { from: fromMs / 1000 }),
    ...(toMs === undefined ? {} : { to: toMs / 1000 }),
  };
}
