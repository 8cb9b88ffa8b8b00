import type { ApiContext } from '../api-context.ts';
import type { Range } from '../../storage/read/query/range.ts';
import { BREAKDOWN_SORTS } from '../../storage/read/usage/breakdown-query.ts';
import type {
  BreakdownOf,
  BreakdownQuery,
  BreakdownRow,
  BreakdownSort,
} from '../../storage/read/usage/breakdown-query.ts';
import { factsKey, NO_FACTS } from '../../storage/read/usage/call-facts.ts';
import type { CallFacts } from '../../storage/read/usage/call-facts.ts';
import { NO_THUMBS } from '../../storage/read/usage/thumbs-query.ts';
import { figuresBefore, figuresOf, NO_SUMS } from '../../storage/read/usage/figures.ts';
import type { Figures, FiguresBefore } from '../../storage/read/usage/figures.ts';
import type { Position } from '../../storage/read/query/cursor.ts';
import { Problem } from '../response/problem.ts';

/** Optional figures of a row besides its sums. */
export const BREAKDOWN_EXTRAS = ['before', 'latency', 'feedback'] as const;
export type BreakdownExtra = (typeof BREAKDOWN_EXTRAS)[number];

/** Sort orders by optional figures, for which the whole list is read and sorted here. */
type ExtraSort = 'change' | 'p50' | 'p95' | 'p99' | 'firstChunk' | 'threads' | 'costPerThread' | 'thumbs';
type ExtraOrder = readonly [needs: BreakdownExtra, valueOf: (row: ShownRow) => number | null | undefined];
const EXTRA_SORTS: Readonly<Record<ExtraSort, ExtraOrder>> = {
  change: ['before', (row) => (row.cost ?? 0) - (row.costBefore ?? 0)],
  p50: ['latency', (row) => row.p50Ms],
  p95: ['latency', (row) => row.p95Ms],
  p99: ['latency', (row) => row.p99Ms],
  firstChunk: ['latency', (row) => row.firstChunkP95Ms],
  threads: ['latency', (row) => row.threads],
  costPerThread: ['latency', (row) => row.costPerThread],
  thumbs: ['feedback', ({ thumbsUp = 0, thumbsDown = 0 }) => shareUp(thumbsUp, thumbsDown)],
};

function shareUp(up: number, down: number): number | null {
  return up + down === 0 ? null : up / (up + down);
}

export const ALL_SORTS: readonly (BreakdownSort | ExtraSort)[] = [
  ...BREAKDOWN_SORTS,
  ...(Object.keys(EXTRA_SORTS) as ExtraSort[]),
];
export type AnySort = (typeof ALL_SORTS)[number];

/** Maximum number of rows that are sorted here. */
const MAX_SORTED = 10_000;

/** A row in the format of the API. */
export interface ShownRow extends Figures, Partial<ShownFacts>, Partial<FiguresBefore> {
  readonly group?: string | null;
  readonly model?: string | null;
  readonly tag?: string | null;
  readonly service?: string | null;
  readonly provider?: string | null;
  readonly users: number;
  readonly costPerUser: number | null;
  /** Users' latest thumbs up on answers of the row's calls. */
  readonly thumbsUp?: number;
  readonly thumbsDown?: number;
}

/** Percentiles and conversations as flat fields, which become columns of CSV. */
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

/** A page of a breakdown with the requested optional figures. */
export async function readRows(
  context: ApiContext,
  query: RowsQuery,
  limit: number,
  after: Position | undefined,
): Promise<RowsPage> {
  const { sort, include } = query;
  if (isExtraSort(sort)) return sortedPage(context, { ...query, sort }, limit, after);
  const found = await context.store.usage.listBreakdown({
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
  context: ApiContext,
  query: RowsQuery & { readonly sort: ExtraSort },
  limit: number,
  after: Position | undefined,
): Promise<RowsPage> {
  const { sort, isDescending, include } = query;
  const found = await context.store.usage.listBreakdown({ ...query, sort: 'cost', limit: MAX_SORTED + 1 });
  if (found.length > MAX_SORTED) {
    throw new Problem(
      400,
      `sort=${sort} works for at most ${MAX_SORTED} rows, and there are more: narrow them with filters, or sort by ${BREAKDOWN_SORTS.join(', ')}.`,
    );
  }
  const [needs, valueOf] = EXTRA_SORTS[sort];
  const needed = new Set(include).add(needs);
  const rows = await withExtras(context, query, found, needed);
  // Rows with equal values keep their order by cost and name. Rows without a value come last in both directions.
  const last = isDescending ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const valued = rows.map((row) => ({ row, value: valueOf(row) ?? last }));
  const ordered = valued
    .toSorted((a, b) => (a.value === b.value ? 0 : isDescending ? b.value - a.value : a.value - b.value))
    .map(({ row }) => row);
  const from = after === undefined ? 0 : Number(after[0]);
  const to = from + limit;
  return {
    rows: ordered.slice(from, to),
    ...(to < ordered.length ? { next: [String(to), '', ''] } : {}),
    total: found.length,
  };
}

async function withExtras(
  context: ApiContext,
  query: RowsQuery,
  rows: readonly BreakdownRow[],
  include: ReadonlySet<BreakdownExtra>,
): Promise<readonly ShownRow[]> {
  const { of, before } = query;
  const [rowsBefore, facts, thumbs] = await Promise.all([
    include.has('before') && before !== undefined && rows.length > 0
      ? readBefore(context, query, before, rows)
      : undefined,
    include.has('latency') ? context.store.usage.readCallFacts(query) : undefined,
    include.has('feedback') ? context.store.usage.readThumbs(query) : undefined,
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
        ? figuresBefore(rowsBefore === undefined ? null : (than?.figures ?? figuresOf(NO_SUMS)))
        : {}),
      ...(facts === undefined ? {} : showFacts(facts.get(factsKey(row.key, row.provider)) ?? NO_FACTS)),
      ...(thumbs === undefined ? {} : (thumbs.get(factsKey(row.key, row.provider)) ?? NO_THUMBS)),
    };
  });
}

async function readBefore(
  context: ApiContext,
  query: RowsQuery,
  range: Range,
  rows: readonly BreakdownRow[],
): Promise<ReadonlyMap<string, BreakdownRow>> {
  const found = await context.store.usage.listBreakdown({
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
