const hourMs = 3_600_000;

/** Hours between two labels of an axis by the hour. From a day on, labels are dates. */
const hourSteps = [1, 2, 3, 6, 12, 24, 48, 72, 168];

/** A bar that the axis names. */
export interface AxisTick {
  readonly start: number;
  readonly at: number;
}

/**
 * The bars to name, at least `every` apart. Bars by the hour are named at whole steps of the reader's day, so that each
 * day of a week has its date; other bars at equal distances from the first.
 */
export function axisTicks(starts: readonly number[], bucketMs: number, every: number): readonly AxisTick[] {
  const ticks = starts.map((start, at) => ({ start, at }));
  if (bucketMs !== hourMs) return ticks.filter(({ at }) => at % Math.max(1, every) === 0);
  const step = hourSteps.find((hours) => hours >= every) ?? Number.POSITIVE_INFINITY;
  if (step < 24) return ticks.filter(({ start }) => new Date(start).getHours() % step === 0);
  const midnights = ticks.filter(({ start }) => new Date(start).getHours() === 0);
  return midnights.filter((_, day) => day % (step / 24) === 0);
}
