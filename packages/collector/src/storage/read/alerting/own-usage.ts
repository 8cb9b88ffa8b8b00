import { fromUnits } from '@userspan/ledger';

import { Sql } from '../../engine/sql.ts';
import type { Store } from '../../engine/store.ts';
import { matchingUsers } from '../query/filters.ts';
import { NO_SUMS, readWindowSums } from './window-sums.ts';
import type { WindowSums } from './window-sums.ts';

export interface UsageFigures {
  readonly calls: number;
  readonly tokens: number;
  /** Exact decimal. */
  readonly cost: string;
  /** Unpriced calls, which are not in the cost. */
  readonly unpricedCalls: number;
}

export interface OwnUsage extends UsageFigures {
  readonly from: string;
  readonly to: string;
  readonly models: readonly (UsageFigures & { readonly model: string | null })[];
  readonly days: readonly (UsageFigures & { readonly day: string })[];
}

const DAY_MS = 86_400_000;
const SUMS = ['calls', 'priced', 'tokens', 'cost'] as const;

function figuresOf({ calls, priced, tokens, cost }: WindowSums): UsageFigures {
  return {
    calls: Number(calls),
    tokens: Number(tokens),
    cost: fromUnits(cost),
    unpricedCalls: Number(calls - priced),
  };
}

/** Ids of the users who currently belong to this group. */
export async function readGroupMembers(store: Store, project: string, group: string): Promise<string[]> {
  const sql = new Sql(store);
  const query = matchingUsers(project, { group: [group], props: new Map() }, sql);
  return (await store.query<{ user_id: string }>(query, sql.parameters)).map((row) => row.user_id);
}

export interface OwnUsageQuery {
  readonly project: string;
  /** Default: all users. */
  readonly userIds?: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Cost of the claimed calls of some users, an exact decimal. Follows `--claimed`. */
export async function readClaimedCost(
  store: Store,
  { project, userIds, fromMs, toMs }: OwnUsageQuery,
): Promise<string> {
  const sums = await readWindowSums(store, {
    project,
    ...(userIds === undefined ? {} : { userIds }),
    by: 'project',
    areClaimed: true,
    series: [{ span: { fromMs, toMs }, filter: {}, sums: ['cost'] }],
  });
  return fromUnits((sums.get('')?.[0] ?? NO_SUMS).cost);
}

/** Usage of some users in whole days (UTC): in total, by model and by day. */
export async function readOwnUsage(store: Store, query: OwnUsageQuery): Promise<OwnUsage> {
  const { project, userIds, fromMs, toMs } = query;
  const of = { project, ...(userIds === undefined ? {} : { userIds }) };
  const days = Array.from({ length: Math.round((toMs - fromMs) / DAY_MS) }, (_, at) => fromMs + at * DAY_MS);
  const [models, byDay] = await Promise.all([
    readWindowSums(store, {
      ...of,
      by: 'model',
      series: [{ span: { fromMs, toMs }, filter: {}, sums: SUMS }],
    }),
    readWindowSums(store, {
      ...of,
      by: 'project',
      series: days.map((day) => ({ span: { fromMs: day, toMs: day + DAY_MS }, filter: {}, sums: SUMS })),
    }),
  ]);
  const sums = [...models.values()].map(([each = NO_SUMS]) => each);
  const total = sums.reduce(
    (all, each) => ({
      ...all,
      calls: all.calls + each.calls,
      priced: all.priced + each.priced,
      tokens: all.tokens + each.tokens,
      cost: all.cost + each.cost,
    }),
    NO_SUMS,
  );
  const daily = byDay.get('') ?? [];
  return {
    ...figuresOf(total),
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    models: [...models]
      .filter(([, [each = NO_SUMS]]) => each.calls !== 0n)
      .sort(([, [a = NO_SUMS]], [, [b = NO_SUMS]]) => (a.cost < b.cost ? 1 : -1))
      .map(([model, [each = NO_SUMS]]) => ({ model: model || null, ...figuresOf(each) })),
    days: days.map((day, at) => ({
      day: new Date(day).toISOString().slice(0, 10),
      ...figuresOf(daily[at] ?? NO_SUMS),
    })),
  };
}
