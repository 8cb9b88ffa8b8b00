const whole = new Intl.NumberFormat('en-US');
const compact = new Intl.NumberFormat('en-US', {
  notation: 'compact',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

/** `12,345` */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** `12,345` up to five digits, then `1.2M` or `8.0M`: for tables, where the exact figure is in the tooltip. */
export function formatCompact(count: number): string {
  return Math.abs(count) < 100_000 ? whole.format(count) : compact.format(count);
}

/** A share as a percentage. Only the whole is `100%`, and only nothing is `0%`: 9,996 of 10,000 is `99.9%`. */
export function formatShare(part: number, all: number): string {
  if (all <= 0) return '—';
  const percent = (part / all) * 100;
  if (percent === 0 || percent === 100) return `${percent}%`;
  if (percent < 0.1) return '<0.1%';
  // Doubles make 7.000000000000001 or 6.999999999999999 of seven percent.
  const tenths = Math.floor(percent * 10 + 1e-9) / 10;
  return `${tenths >= 99.5 || tenths < 10 ? tenths.toFixed(1) : tenths.toFixed(0)}%`;
}

/** The change of a figure: `+12%`, `−3%`, `×14` or `new`; undefined if there is nothing to compare. */
export function formatChange(now: number, before: number): string | undefined {
  if (before === 0) return now === 0 ? undefined : 'new';
  const ratio = now / before;
  if (!Number.isFinite(ratio)) return undefined;
  if (ratio >= 10) return `×${whole.format(Math.round(ratio))}`;
  const percent = (ratio - 1) * 100;
  if (Math.abs(percent) < 0.05) return '±0%';
  const digits = Math.abs(percent) < 10 ? 1 : 0;
  return `${percent > 0 ? '+' : '−'}${Math.abs(percent).toFixed(digits)}%`;
}

/** The change of a share in percentage points: `+3.2 pp`. */
export function formatPoints(now: number, before: number): string {
  const points = (now - before) * 100;
  if (Math.abs(points) < 0.05) return '±0 pp';
  return `${points > 0 ? '+' : '−'}${Math.abs(points).toFixed(1)} pp`;
}

/** A noun with its count: `1 call`, `2 calls`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${whole.format(count)} ${count === 1 ? noun : many}`;
}

const byteUnits = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** A size in decimal units: `812 bytes`, `4.2 MB`. */
export function formatBytes(bytes: number): string {
  let size = bytes;
  let at = 0;
  while (size >= 1000 && at < byteUnits.length - 1) {
    size /= 1000;
    at += 1;
  }
  return `${at === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${byteUnits[at]}`;
}
