const MAX_MS = 8.64e15;

/** Milliseconds since the Unix epoch of a Date, a number of them or an ISO 8601 text; NaN for anything else. */
export function millisecondsOf(at: unknown): number {
  const ms =
    typeof at === 'number'
      ? at
      : at instanceof Date
        ? at.getTime()
        : typeof at === 'string'
          ? Date.parse(at)
          : Number.NaN;
  return Math.abs(ms) <= MAX_MS ? ms : Number.NaN;
}

const DAY_MS = 86_400_000;
let lastDay = Number.NaN;
let lastText = '';

/** `YYYY-MM-DD` in UTC. Calls come in day after day, so the last one is kept. */
export function dayOf(atMs: number): string {
  const day = Math.floor(atMs / DAY_MS);
  if (day !== lastDay) {
    lastText = new Date(atMs).toISOString().slice(0, -14);
    lastDay = day;
  }
  return lastText;
}
