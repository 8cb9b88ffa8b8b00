import { fromUnits, toUnits } from '@userspan/ledger';

import type { Storage } from '../storage/storage.ts';
import type { UserCost } from '../storage/read/metering/owed.ts';
import { paidIn } from './revenue/revenue-book.ts';
import type { RevenueProperty } from './revenue/revenue-book.ts';

/** How spending without a customer is allocated: shown separately, divided by each customer's cost, or left out. */
export const ALLOCATIONS = ['apart', 'by-cost', 'none'] as const;
export type Allocation = (typeof ALLOCATIONS)[number];

/** A customer's month. Exact decimals of US dollars. */
export interface MarginLine {
  readonly customer: string;
  /** Name of the user; `null` for a group. */
  readonly name: string | null;
  readonly revenue: string;
  readonly cost: string;
  /** Unpriced calls, which are not in the cost. The cost is then a lower bound and the margin an upper bound. */
  readonly unpricedCalls: number;
  /** Allocated share of spending without a customer. */
  readonly allocated: string;
  readonly margin: string;
  /** Margin by revenue; `null` without revenue. */
  readonly percent: number | null;
}

export interface Margin {
  readonly month: string;
  readonly revenue: string;
  readonly cost: string;
  /** Unpriced calls of the month, which are in no cost. */
  readonly unpricedCalls: number;
  /** Spending without a customer that is not allocated to lines. */
  readonly unattributed: string;
  /** Unpriced calls without a customer. Their cost is neither in `unattributed` nor in what is allocated. */
  readonly unattributedUnpricedCalls: number;
  readonly margin: string;
  /** Total number of customers, and number of customers with a loss. */
  readonly total: number;
  readonly losses: number;
  /** The largest loss first. */
  readonly lines: readonly MarginLine[];
}

/** Days since the epoch of the first and last day of a month such as `2026-11`. */
export function daysOfMonth(month: string): { readonly firstDay: number; readonly lastDay: number } {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  return {
    firstDay: Date.UTC(year, number - 1, 1) / 86_400_000,
    lastDay: Date.UTC(year, number, 1) / 86_400_000 - 1,
  };
}

/** Divides an amount by the cost of each customer. The shares add up exactly: the largest one gets the remainder. */
export function sharesByCost(amount: bigint, costs: ReadonlyMap<string, bigint>): Map<string, bigint> {
  const whole = [...costs.values()].reduce((sum, cost) => sum + cost, 0n);
  const shares = new Map<string, bigint>();
  let left = amount;
  let largest = '';
  for (const [customer, cost] of costs) {
    const share = (amount * cost) / whole;
    shares.set(customer, share);
    left -= share;
    if (cost > (costs.get(largest) ?? 0n)) largest = customer;
  }
  return shares.set(largest, (shares.get(largest) ?? 0n) + left);
}

/** Sums the cost of users by customer. */
function costsByCustomer(
  rows: readonly UserCost[],
  customerOf: (userId: string) => string | null,
): {
  readonly costs: ReadonlyMap<string, bigint>;
  /** Number of unpriced calls by customer. */
  readonly unpriced: ReadonlyMap<string, number>;
  readonly unattributed: bigint;
  /** Number of unpriced calls without a customer. */
  readonly unattributedUnpriced: number;
} {
  const costs = new Map<string, bigint>();
  const unpriced = new Map<string, number>();
  let unattributed = 0n;
  let unattributedUnpriced = 0;
  for (const { user_id: userId, cost, unpriced: left } of rows) {
    const customer = customerOf(userId);
    const calls = Number(left);
    if (customer === null) {
      unattributed += toUnits(cost);
      unattributedUnpriced += calls;
      continue;
    }
    costs.set(customer, (costs.get(customer) ?? 0n) + toUnits(cost));
    if (calls > 0) unpriced.set(customer, (unpriced.get(customer) ?? 0) + calls);
  }
  return { costs, unpriced, unattributed, unattributedUnpriced };
}

/**
 * Revenue minus cost of every user or group in a month (UTC). Sums cover all of them; lines are limited to `limit` or
 * to one `customer`.
 */
export async function readMargin(
  store: Pick<Storage, 'alerting' | 'metering' | 'users'>,
  query: {
    readonly project: string;
    readonly by: 'user' | 'group';
    readonly month: string;
    readonly allocation: Allocation;
    readonly property?: RevenueProperty | undefined;
    readonly customer?: string | undefined;
    readonly limit?: number | undefined;
  },
): Promise<Margin> {
  const { project, by, month, allocation, property, customer: only, limit } = query;
  const directory = store.alerting.openDirectory(project);
  await directory.refreshAliases();
  // If users pay for themselves, profiles are not needed.
  if (by === 'group' || property !== undefined) await directory.refreshUsers([]);
  const rowsOfUsers = await store.metering.readCosts(project, daysOfMonth(month));
  const { costs, unpriced, unattributed, unattributedUnpriced } = costsByCustomer(rowsOfUsers, (userId) =>
    directory.customerOf(userId, by),
  );
  const number = Number(month.replace('-', ''));
  const paid = await paidIn(store, directory, { project, by, month: number, property });
  const whole = [...costs.values()].reduce((sum, cost) => sum + cost, 0n);
  const customers = [...new Set([...costs.keys(), ...paid.keys()])]
    .filter(
      (customer) =>
        (costs.get(customer) ?? 0n) !== 0n || (paid.get(customer) ?? 0n) !== 0n || unpriced.has(customer),
    )
    .sort();
  const isShared = allocation === 'by-cost' && whole > 0n && unattributed > 0n;
  const shares = isShared ? sharesByCost(unattributed, costs) : new Map<string, bigint>();
  const rows = customers.map((customer) => {
    const revenue = paid.get(customer) ?? 0n;
    const cost = costs.get(customer) ?? 0n;
    const allocated = shares.get(customer) ?? 0n;
    return { customer, revenue, cost, allocated, margin: revenue - cost - allocated };
  });
  rows.sort((a, b) => (a.margin < b.margin ? -1 : a.margin > b.margin ? 1 : 0));
  const revenue = rows.reduce((sum, row) => sum + row.revenue, 0n);
  const apart = allocation === 'apart' || (allocation === 'by-cost' && !isShared) ? unattributed : 0n;
  const cost = rows.reduce((sum, row) => sum + row.cost + row.allocated, apart);
  const lines = rows.filter(({ customer }) => only === undefined || customer === only).slice(0, limit);
  const userIds = by === 'user' ? lines.map(({ customer }) => customer) : [];
  const profiles = await store.users.readProfiles(project, userIds);
  return {
    month,
    revenue: fromUnits(revenue),
    cost: fromUnits(cost),
    unpricedCalls: [...unpriced.values()].reduce(
      (sum, calls) => sum + calls,
      allocation === 'none' ? 0 : unattributedUnpriced,
    ),
    unattributedUnpricedCalls: unattributedUnpriced,
    unattributed: fromUnits(isShared ? 0n : unattributed),
    margin: fromUnits(revenue - cost),
    total: rows.length,
    losses: rows.filter((row) => row.margin < 0n).length,
    lines: lines.map((row) => ({
      customer: row.customer,
      name: profiles.get(row.customer)?.name ?? null,
      revenue: fromUnits(row.revenue),
      cost: fromUnits(row.cost),
      unpricedCalls: unpriced.get(row.customer) ?? 0,
      allocated: fromUnits(row.allocated),
      margin: fromUnits(row.margin),
      percent: row.revenue > 0n ? Number((row.margin * 10_000n) / row.revenue) / 100 : null,
    })),
  };
}
