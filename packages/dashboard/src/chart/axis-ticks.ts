const hourMs = 3_600_000;

/** Possible numbers of hours between two labels. From 24 hours on, the labels are dates. */
const hourSteps = [1, 2, 3, 6, 12, 24, 48, 72, 168];

/** A bar with a label on the axis. */
export interface AxisTick {
  readonly start: number;
  readonly at: number;
}

/**
 * Selects the bars with labels, at least `every` bars apart. Labels of hourly bars are at whole steps from local
 * midnight, so that each day of a week has its date. Other labels are at equal distances from the first bar.
 */
export function axisTicks(starts: readonly number[], bucketMs: number, every: number): readonly AxisTick[] {
  const ticks = starts.map((start, at) => ({ start, at }));
  if (bucketMs !== hourMs) return ticks.filter(({ at }) => at % Math.max(1, every) === 0);
  const step = hourSteps.find((hours) => hours >= every) ?? Number.POSITIVE_INFINITY;
  if (step < 24) return ticks.filter(({ start }) => new Date(start).getHours() % step === 0);
  const midnights = ticks.filter(({ start }) => new Date(start).getHours() === 0);
  return midnights.filter((_, day) => day % (step / 24) === 0);
}

/**
 * Returns round values for an axis from 0 to at least `most`, in three or four steps of 1, 2, 2.5 or 5 times a power of
 * ten.
 */
export function niceScale(most: number): readonly number[] {
  if (!(most > 0) || !Number.isFinite(most)) return [0, 1];
  const power = 10 ** Math.floor(Math.log10(most / 3));
  const rough = most / 3 / power;
  const factor = [1, 2, 2.5, 5, 10].find((step) => step >= rough * 0.999) ?? 10;
  const step = factor * power;
  const ticks = [0];
  for (let at = 1; (at - 1) * step < most * 0.9999 && at < 6; at += 1)
    ticks.push(Number((at * step).toPrecision(12)));
  return ticks;
}
