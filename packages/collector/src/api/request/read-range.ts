import { readIsoNs } from '../../runtime/read-time.ts';
import { endOfNow, MAX_MS, QUARTER_MS } from '../../storage/read/query/range.ts';
import type { ExactRange, Range } from '../../storage/read/query/range.ts';
import { Problem } from '../response/problem.ts';

const NS_PER_MS = 1_000_000n;
const NS_PER_QUARTER = BigInt(QUARTER_MS) * NS_PER_MS;
/** Sums have all later calls in the quarter of an hour that begins here. */
const LAST_NS = BigInt(MAX_MS) * NS_PER_MS;
const MILLISECONDS = /^\d{1,15}$/;
/** `from` and `to` of a request, each ISO 8601 or milliseconds since the Unix epoch. */
interface RangeQuery {
  readonly from?: string;
  readonly to?: string;
}

/**
 * Reads `from` and `to` in nanoseconds. A range that starts before `nowMs` and has no `to` ends with the current
 * quarter of an hour, because later calls come from wrong clocks. A range that starts later, or has neither limit,
 * stays open. The last quarter of an hour of sums holds all later calls, so no range divides it.
 */
export function readExactRange(query: RangeQuery, nowMs: number): ExactRange {
  const fromNs = query.from === undefined ? undefined : readTime(query.from, 'from');
  const toNs = query.to === undefined ? endOf(fromNs, nowMs) : readTime(query.to, 'to');
  if (fromNs !== undefined && toNs !== undefined && fromNs >= toNs) {
    throw new Problem(400, `from must be before to; got from=${query.from} and to=${query.to}.`);
  }
  return {
    ...(fromNs === undefined ? {} : { fromNs: fromNs > LAST_NS ? LAST_NS : fromNs }),
    ...(toNs === undefined || toNs > LAST_NS ? {} : { toNs }),
  };
}

/** Reads `from` and `to`, and extends both to whole quarters of an hour, the resolution of sums. */
export function readRange(query: RangeQuery, nowMs: number): Range {
  const { fromNs, toNs } = readExactRange(query, nowMs);
  return {
    ...(fromNs === undefined ? {} : { fromMs: quarterOf(fromNs) }),
    ...(toNs === undefined ? {} : { toMs: quarterOf(toNs + NS_PER_QUARTER - 1n) }),
  };
}

function endOf(fromNs: bigint | undefined, nowMs: number): bigint | undefined {
  const endMs = endOfNow(nowMs);
  if (fromNs === undefined || endMs > MAX_MS) return undefined;
  const endNs = BigInt(endMs) * NS_PER_MS;
  return fromNs < endNs ? endNs : undefined;
}

/** Start of the quarter of an hour that holds a time, in milliseconds since the Unix epoch. */
function quarterOf(ns: bigint): number {
  return Number(ns / NS_PER_QUARTER) * QUARTER_MS;
}

/** Reads the time of a parameter, in nanoseconds since the Unix epoch. */
export function readTime(text: string, name: string): bigint {
  const ns = MILLISECONDS.test(text) ? BigInt(text) * NS_PER_MS : readIsoNs(text);
  if (ns === undefined) {
    throw new Problem(
      400,
      `${name} must be ISO 8601 with an offset, such as 2026-11-20 or 2026-11-20T09:30:00Z, or milliseconds since 1970; got ${JSON.stringify(text)}.`,
    );
  }
  return ns < 0n ? 0n : ns;
}
