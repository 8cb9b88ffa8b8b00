import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import { fromUnits, reprice, toUnits } from '@userspan/ledger';
import type { Call, CallCost, StatedCost } from '@userspan/ledger';
import type { PriceOptions } from '@userspan/pricing';

import type { CallRow } from '../storage/write/call-row.ts';
import { boundedName } from '../storage/write/call-row.ts';
import type { CallPosition } from '../storage/read/calls/calls-in-order.ts';
import type { SpanPipeline } from '../attribution/span-pipeline.ts';
import { pricedFacts } from '../storage/write/priced-facts.ts';

export interface RepriceOptions {
  readonly project: string;
  /** Nanoseconds since the epoch. */
  readonly fromNs: bigint;
  readonly toNs: bigint;
  readonly model?: string;
  /** As in `CallsInOrderQuery`. */
  readonly modelPrefix?: string;
  /** Skips calls whose cost is the same with these prices, so that only calls that the new price affects change. */
  readonly baseline?: { readonly prices: PriceOptions | undefined };
  /** Whether to skip priced calls. Default false. */
  readonly isUnpriced?: boolean;
  /** Whether to change nothing and only return what would change. */
  readonly isDryRun: boolean;
  readonly prices: PriceOptions | undefined;
}

interface Sum {
  calls: number;
  changed: number;
  before: bigint;
  after: bigint;
  unpricedBefore: number;
  unpricedAfter: number;
}

/** The result of a repricing or of its dry run. Exact decimals of US dollars. */
export interface Repricing extends RepricedPart {
  readonly difference: string;
  readonly models: readonly (RepricedPart & { readonly model: string })[];
  readonly users: readonly (RepricedPart & { readonly userId: string | null })[];
}

interface RepricedPart {
  readonly calls: number;
  readonly changed: number;
  readonly before: string;
  readonly after: string;
  /** Numbers of unpriced calls before and after, which are not in the sums. */
  readonly unpricedBefore: number;
  readonly unpricedAfter: number;
}

const CHUNK = 20_000;
const MAX_USERS = 20;

const SOURCES = ['provider', 'computed', 'custom', 'unbilled'] as const;

function costOfRow(row: CallRow): CallCost {
  if (row.cost === null) return { unpriced: row.unpriced || 'unpriced' };
  const source = SOURCES.find((each) => each === row.cost_source) ?? 'list';
  return { usd: row.cost, source, ...(row.cost_as_of === '' ? {} : { asOf: row.cost_as_of }) };
}

/** The cost that the span stated, which a repricing does not change. */
function statedCostOf(row: CallRow): { statedCost?: StatedCost } {
  return row.stated_cost === '' ? {} : { statedCost: JSON.parse(row.stated_cost) as StatedCost };
}

function isSameMoney(a: string | null, b: string | null): boolean {
  return a === null || b === null ? a === b : toUnits(a) === toUnits(b);
}

/** The row with its new cost or another reason for having none; `undefined` if nothing changes. */
function repricedRow(
  row: CallRow,
  { prices, baseline }: Pick<RepriceOptions, 'prices' | 'baseline'>,
  version: bigint,
): CallRow | undefined {
  const call = { ...pricedFacts(row), cost: costOfRow(row), ...statedCostOf(row) } as Call;
  const { cost } = reprice(call, prices);
  if (baseline !== undefined && isDeepStrictEqual(cost, reprice(call, baseline.prices).cost))
    return undefined;
  const usd = 'unpriced' in cost ? null : cost.usd;
  const reason = 'unpriced' in cost ? boundedName(cost.unpriced) : '';
  if (isSameMoney(usd, row.cost) && (usd !== null || reason === row.unpriced)) return undefined;
  const above = BigInt(row.version) < version ? version : BigInt(row.version) + 1n;
  return {
    ...row,
    version: String(above),
    cost: usd,
    cost_source: 'unpriced' in cost ? '' : cost.source,
    cost_as_of: 'unpriced' in cost ? '' : (cost.asOf ?? ''),
    unpriced: reason,
  };
}

class Sums {
  readonly all: Sum = newSum();
  readonly models = new Map<string, Sum>();
  readonly users = new Map<string, Sum>();

  add(row: CallRow, after: CallRow | undefined): void {
    const cost = after === undefined ? row.cost : after.cost;
    // Another reason for a missing price does not change money.
    const isChanged = !isSameMoney(cost, row.cost);
    for (const sum of [
      this.all,
      sumOf(this.models, row.model),
      ...(isChanged ? [sumOf(this.users, row.user_id)] : []),
    ]) {
      sum.calls += 1;
      if (isChanged) sum.changed += 1;
      if (row.cost === null) sum.unpricedBefore += 1;
      else sum.before += toUnits(row.cost);
      if (cost === null) sum.unpricedAfter += 1;
      else sum.after += toUnits(cost);
    }
  }
}

function sumOf(sums: Map<string, Sum>, key: string): Sum {
  let sum = sums.get(key);
  if (sum === undefined) {
    sum = newSum();
    sums.set(key, sum);
  }
  return sum;
}

function newSum(): Sum {
  return { calls: 0, changed: 0, before: 0n, after: 0n, unpricedBefore: 0, unpricedAfter: 0 };
}

function show({ before, after, ...counts }: Sum): RepricedPart {
  return { ...counts, before: fromUnits(before), after: fromUnits(after) };
}

function byDifference([, a]: [string, Sum], [, b]: [string, Sum]): number {
  const one = a.after - a.before;
  const other = b.after - b.before;
  const difference = (other < 0n ? -other : other) - (one < 0n ? -one : one);
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

/** Recalculates the cost of calls from the current list and the project's prices. The cost at intake is also kept. */
export async function repriceCalls(pipeline: SpanPipeline, options: RepriceOptions): Promise<Repricing> {
  const id = randomUUID();
  const sums = new Sums();
  for (const table of ['calls', 'calls_unattributed'] as const) {
    let after: CallPosition | undefined;
    for (let number = 0; ; number++) {
      const rows: readonly CallRow[] = await pipeline.change(
        `reprice-${id}-${table}-${number}`,
        async (builder) => {
          const chunk = await pipeline.store.calls.readCallsInOrder({
            ...options,
            table,
            after,
            limit: CHUNK,
          });
          for (const row of chunk) {
            const changed = repricedRow(row, options, builder.version);
            sums.add(row, changed);
            if (changed !== undefined && !options.isDryRun) builder.correct({ before: row, after: changed });
          }
          return chunk;
        },
      );
      const last = rows.at(-1);
      if (rows.length < CHUNK || last === undefined) break;
      after = [last.start_ns, last.trace_id, last.span_id];
    }
  }
  return {
    ...show(sums.all),
    difference: fromUnits(sums.all.after - sums.all.before),
    models: [...sums.models]
      .filter(([, sum]) => sum.changed > 0)
      .sort(byDifference)
      .map(([model, sum]) => ({ model, ...show(sum) })),
    users: [...sums.users]
      .sort(byDifference)
      .slice(0, MAX_USERS)
      .map(([userId, sum]) => ({ userId: userId || null, ...show(sum) })),
  };
}
