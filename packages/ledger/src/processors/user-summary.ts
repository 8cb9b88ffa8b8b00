import type { UserProp } from '@userspan/core';
import { fromUnits } from '../cost/exact-decimal.ts';
import type { DollarUnits } from '../cost/exact-decimal.ts';
import { currentProps } from '../identity/profile.ts';
import type { Profile } from '../identity/profile.ts';

/** Figures of a user's calls, or of the calls without a user. */
export interface CallFigures {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  /** US dollars; `null` if no call has a price. */
  readonly cost: number | null;
  /** The cost as an exact decimal. */
  readonly costExact: string | null;
  readonly unpricedCalls: number;
  readonly errors: number;
  /** Number of threads of these calls. */
  readonly threads: number;
}

/** A user with figures, as in `GET /api/users` of the collector. */
export interface UserSummary extends CallFigures {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly avatar: string | null;
  readonly group: string | null;
  /** Every other prop. */
  readonly props: Readonly<Record<string, UserProp>>;
  /** ISO 8601, in UTC, with milliseconds. */
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** Figures of evicted users. Threads are counted as of their eviction. */
export interface EvictedFigures extends CallFigures {
  /** Number of evictions. A user who is evicted twice counts twice. */
  readonly evictions: number;
}

/** Sums over calls. Calls can be removed again. */
export interface CallTotals {
  calls: number;
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  costUnits: DollarUnits;
  unpricedCalls: number;
  errors: number;
  /** Calls by thread. */
  readonly threads: Map<string, number>;
  /** Present after the user was evicted: the totals that receive later corrections. */
  evictedInto?: CallTotals;
}

/** Totals without calls. */
export function emptyTotals(): CallTotals {
  return {
    calls: 0,
    inputTokens: 0,
    outputTokens: 0,
    cachedTokens: 0,
    costUnits: 0n,
    unpricedCalls: 0,
    errors: 0,
    threads: new Map(),
  };
}

/** Adds one to the other. */
export function addTotals(totals: CallTotals, more: CallTotals): void {
  totals.calls += more.calls;
  totals.inputTokens += more.inputTokens;
  totals.outputTokens += more.outputTokens;
  totals.cachedTokens += more.cachedTokens;
  totals.costUnits += more.costUnits;
  totals.unpricedCalls += more.unpricedCalls;
  totals.errors += more.errors;
  for (const [thread, calls] of more.threads) {
    totals.threads.set(thread, (totals.threads.get(thread) ?? 0) + calls);
  }
}

/** The figures to show. */
export function figuresOf(totals: CallTotals): CallFigures {
  const costExact = totals.calls === totals.unpricedCalls ? null : fromUnits(totals.costUnits);
  return {
    calls: totals.calls,
    inputTokens: totals.inputTokens,
    outputTokens: totals.outputTokens,
    cachedTokens: totals.cachedTokens,
    cost: costExact === null ? null : Number(costExact),
    costExact,
    unpricedCalls: totals.unpricedCalls,
    errors: totals.errors,
    threads: totals.threads.size,
  };
}

/** The summary of a user. */
export function summarize(userId: string, profile: Profile, totals: CallTotals): UserSummary {
  const { name, email, avatar, group, ...props } = currentProps(profile);
  return {
    id: userId,
    name: textOf(name),
    email: textOf(email),
    avatar: textOf(avatar),
    group: textOf(group),
    props,
    firstSeen: isoOf(profile.firstSeenUnixNano),
    lastSeen: isoOf(profile.lastSeenUnixNano),
    ...figuresOf(totals),
  };
}

function textOf(prop: UserProp | undefined): string | null {
  return prop === undefined ? null : String(prop);
}

function isoOf(unixNano: bigint): string {
  return new Date(Number(unixNano / 1_000_000n)).toISOString();
}
