import { HOUR_MS, MAX_MS } from '../../storage/read/query/range.ts';
import type { Range } from '../../storage/read/query/range.ts';
import { Problem } from '../response/problem.ts';

function readTime(text: string, name: string): number {
  const ms = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(ms)) throw new Problem(400, `${name} is neither an ISO 8601 time nor milliseconds.`);
  return Math.min(Math.max(ms, 0), MAX_MS);
}

/** Reads `from` and `to`, and moves both outwards to whole hours, which is as finely as figures are kept. */
export function readRange(query: { readonly from?: string; readonly to?: string }): Range {
  const fromMs = query.from === undefined ? undefined : readTime(query.from, 'from');
  const toMs = query.to === undefined ? undefined : readTime(query.to, 'to');
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    throw new Problem(400, 'from is not before to.');
  }
  return {
    ...(fromMs === undefined ? {} : { fromMs: Math.floor(fromMs / HOUR_MS) * HOUR_MS }),
    ...(toMs === undefined ? {} : { toMs: Math.min(Math.ceil(toMs / HOUR_MS) * HOUR_MS, MAX_MS) }),
  };
}
