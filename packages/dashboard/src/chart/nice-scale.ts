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
