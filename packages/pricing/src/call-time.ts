const MAX_MS = 8.64e15;

/** Converts a Date, milliseconds since the Unix epoch or an ISO 8601 string to milliseconds; NaN for anything else. */
export function millisecondsOf(at: unknown): number {
  if (typeof at === 'number') return Math.abs(at) <= MAX_MS ? at : Number.NaN;
  if (at instanceof Date) return at.getTime();
  return typeof at === 'string' ? Date.parse(at) : Number.NaN;
}

const DAY_MS = 86_400_000;
let lastDay = Number.NaN;
let lastDayText = '';

/** `YYYY-MM-DD` in UTC. Remembers the last day, because consecutive calls usually have the same one. */
export function dayOf(atMs: number): string {
  const day = Math.floor(atMs / DAY_MS);
  if (day !== lastDay) {
    lastDayText = new Date(atMs).toISOString().slice(0, -14);
    lastDay = day;
  }
  return lastDayText;
}
