import type { ReadContext } from '../../storage/read/query/read-context.ts';
import type { Range } from '../../storage/read/query/range.ts';
import { BREAKDOWN_SORTS, listBreakdown } from '../../storage/read/usage/breakdown-query.ts';
import type {
  BreakdownOf,
  BreakdownQuery,
  BreakdownRow,
  BreakdownSort,
} from '../../storage/read/usage/breakdown-query.ts';
import { factsKey, NO_FACTS, readCallFacts } from '../../storage/read/usage/call-facts.ts';
import type { CallFacts } from '../../storage/read/usage/call-facts.ts';
import type { Figures } from '../../storage/read/usage/figures.ts';
import type { Position } from '../../storage/read/query/cursor.ts';
import { Problem } from '../response/problem.ts';

/** What a row may have besides its sums. */
export const BREAKDOWN_EXTRAS = ['before', 'latency'] as const;
export type BreakdownExtra = (typeof BREAKDOWN_EXTRAS)[number];

/** Sorts by what is read beside the sums: the whole list is read and put in order here. */
type ExtraSort = 'change' | 'p95' | 'firstChunk' | 'threads' | 'costPerThread';
const EXTRA_SORTS: Readonly<Record<ExtraSort, (row: ShownRow) => number>> = {
  change: (row) => (row.cost ?? 0) - (row.costBefore ?? 0),
  p95: (row) => row.p95Ms ?? -1,
  firstChunk: (row) => row.firstChunkP95Ms ?? -1,
  threads: (row) => row.threads ?? 0,
  costPerThread: (row) => row.costPerThread ?? -1,
};

export const ALL_SORTS: readonly (BreakdownSort | ExtraSort)[] = [
  ...BREAKDOWN_SORTS,
  ...(Object.keys(EXTRA_SORTS) as ExtraSort[]),
];
export type AnySort = (typeof ALL_SORTS)[number];

/** Rows that are put in order here at most. */
const MAX_SORTED = 10_000;

/** A row as the API shows it. */
export interface ShownRow extends Figures, Partial<ShownFacts> {
  readonly group?: string | null;
  readonly model?: string | null;
  readonly tag?: string | null;
  readonly service?: string | null;
  readonly provider?: string | null;
  readonly users: number;
  readonly costPerUser: number | null;
  /** In the range before; `null` where it has no beginning. */
  readonly costBefore?: number | null;
  readonly callsBefore?: number | null;
}

/** Percentiles and conversations, flat, so that they are columns of CSV. */
export interface ShownFacts {
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly firstChunkCalls: number;
  readonly firstChunkP50Ms: number | null;
  readonly firstChunkP95Ms: number | null;
  readonly firstChunkP99Ms: number | null;
  readonly threads: number;
  readonly costPerThread: number | null;
}

export function showFacts({ latency, firstChunk, threads, threadCostExact }: CallFacts): ShownFacts {
  const { p50Ms, p95Ms, p99Ms } = latency;
  return {
    p50Ms,
    p95Ms,
    p99Ms,
    firstChunkCalls: firstChunk.calls,
    firstChunkP50Ms: firstChunk.p50Ms,
    firstChunkP95Ms: firstChunk.p95Ms,
    firstChunkP99Ms: firstChunk.p99Ms,
    threads,
    costPerThread: threads === 0 || threadCostExact === null ? null : Number(threadCostExact) / threads,
  };
}

export interface RowsQuery extends Omit<BreakdownQuery, 'sort' | 'limit' | 'after' | 'keys'> {
  readonly sort: AnySort;
  readonly include: ReadonlySet<BreakdownExtra>;
  /** The range to compare with; `undefined` where there is none. */
  readonly before: Range | undefined;
}

export interface RowsPage {
  readonly rows: readonly ShownRow[];
  readonly next?: Position;
  readonly total: number;
}

/** A page of a breakdown, with what was asked for besides its sums. */
export async function readRows(
  context: ReadContext,
  query: RowsQuery,
  limit: number,
  after: Position | undefined,
): Promise<RowsPage> {
  const { sort, include } = query;
  if (isExtraSort(sort)) return sortedPage(context, { ...query, sort }, limit, after);
  const found = await listBreakdown(context.store, {
    ...query,
    sort,
    limit: limit + 1,
    ...(after === undefined ? {} : { after }),
  });
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: await withExtras(context, query, shown, include),
    ...(found.length > limit && last !== undefined
      ? { next: [last.sortValue, last.key, last.provider] }
      : {}),
    total: found[0]?.total ?? 0,
  };
}

async function sortedPage(
  context: ReadContext,
  query: RowsQuery & { readonly sort: ExtraSort },
  limit: number,
  after: Position | undefined,
): Promise<RowsPage> {
  const { sort, isDescending, include } = query;
  const found = await listBreakdown(context.store, { ...query, sort: 'cost', limit: MAX_SORTED + 1 });
  if (found.length > MAX_SORTED) {
    throw new Problem(
      400,
      `sort=${sort} works for at most ${MAX_SORTED} rows, and there are more: narrow them with filters, or sort by ${BREAKDOWN_SORTS.join(', ')}.`,
    );
  }
  const needed = new Set(include).add(sort === 'change' ? 'before' : 'latency');
  const rows = await withExtras(context, query, found, needed);
  const valueOf = EXTRA_SORTS[sort];
  // The order in which the rows came, by cost and name, stays among equals.
  const ordered = rows.toSorted((a, b) => (isDescending ? valueOf(b) - valueOf(a) : valueOf(a) - valueOf(b)));
  const from = after === undefined ? 0 : Number(after[0]);
  const to = from + limit;
  return {
    rows: ordered.slice(from, to),
    ...(to < ordered.length ? { next: [String(to), '', ''] } : {}),
    total: found.length,
  };
}

async function withExtras(
  context: ReadContext,
  query: RowsQuery,
  rows: readonly BreakdownRow[],
  include: ReadonlySet<BreakdownExtra>,
): Promise<readonly ShownRow[]> {
  const { of, before } = query;
  const [rowsBefore, facts] = await Promise.all([
    include.has('before') && before !== undefined && rows.length > 0
      ? readBefore(context, query, before, rows)
      : undefined,
    include.has('latency') ? readCallFacts(context.answers, query) : undefined,
  ]);
  return rows.map((row) => {
    const { figures, users } = row;
    const than = rowsBefore?.get(factsKey(row.key, row.provider));
    return {
      ...namesOf(of, row),
      users,
      ...figures,
      costPerUser: users === 0 || figures.cost === null ? null : figures.cost / users,
      ...(include.has('before')
        ? {
            costBefore: rowsBefore === undefined ? null : than === undefined ? 0 : than.figures.cost,
            callsBefore: rowsBefore === undefined ? null : (than?.figures.calls ?? 0),
          }
        : {}),
      ...(facts === undefined ? {} : showFacts(facts.get(factsKey(row.key, row.provider)) ?? NO_FACTS)),
    };
  });
}

async function readBefore(
  context: ReadContext,
  query: RowsQuery,
  range: Range,
  rows: readonly BreakdownRow[],
): Promise<ReadonlyMap<string, BreakdownRow>> {
  const found = await listBreakdown(context.store, {
    ...query,
    sort: 'cost',
    range,
    // A model has a row for each of its providers.
    limit: MAX_SORTED,
    keys: [...new Set(rows.map(({ key }) => key))],
  });
  return new Map(found.map((row) => [factsKey(row.key, row.provider), row]));
}

function namesOf(of: BreakdownOf, { key, provider }: BreakdownRow): Partial<ShownRow> {
  const name = key || null;
  switch (of) {
    case 'group':
      return { group: name };
    case 'model':
      return { model: name, provider: provider || null };
    case 'tag':
      return { tag: name };
    default:
      return { service: name };
  }
}

function isExtraSort(sort: AnySort): sort is ExtraSort {
  return Object.hasOwn(EXTRA_SORTS, sort);
}
