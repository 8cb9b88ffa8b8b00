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
  /** US dollars; `null` when no call has a price, and never 0 then. */
  readonly cost: number | null;
  /** The same, as an exact decimal. */
  readonly costExact: string | null;
  readonly unpricedCalls: number;
  readonly errors: number;
  /** How many threads the calls belong to. */
  readonly threads: number;
}

/** A user with figures, as `GET /api/users` of the collector lists them. */
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

/** Figures of users that are not kept any more. Their threads are those that they had when they went. */
export interface EvictedFigures extends CallFigures {
  /** How often a user was evicted; one who comes back and goes again counts twice. */
  readonly evictions: number;
}

/** Sums over calls, of which one can be taken back. */
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
  /** Present once the user was evicted: where later corrections of these calls go. */
  evictedInto?: CallTotals;
}

/** Totals of no calls at all. */
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

/** A user as they are listed. */
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
