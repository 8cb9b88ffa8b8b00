import type { Store } from '../../engine/store.ts';
import { addSums, figuresOf, NO_SUMS, SUMS_AGAIN, sumsOf } from './figures.ts';
import type { Figures, SumsAgainRow, SumsRow } from './figures.ts';
import { isOfSystem } from './system-services.ts';
import { hasUserFilter } from '../query/filters.ts';
import type { CallFilter } from '../query/filters.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import { Sql } from '../../engine/sql.ts';
import { datedRange } from '../query/range.ts';
import type { Range } from '../query/range.ts';
import { EVERYBODY } from '../users/matching-keys.ts';
import type { UserScope } from '../users/matching-keys.ts';
import { countNewUsers } from '../users/new-users.ts';
import { scopedSource } from './scoped-source.ts';
import { readUserChanges } from '../users/user-changes.ts';
import type { Mover } from '../users/user-changes.ts';

/** What a project used in a range, and how much of it has a user. */
export interface Usage extends Figures {
  /** Shares of calls and of spend that are for a known user or for a system service, 0 to 1; `null` where there are none. */
  readonly coverage: { readonly calls: number | null; readonly spend: number | null };
  readonly unattributed: Figures;
  /** Calls without a user of services that count as system. */
  readonly system: Figures;
}

/** The same, with how many users there were. */
export interface Totals extends Usage {
  readonly users: number;
  readonly newUsers: number;
}

/** A range beside the one before it. */
export interface Summary {
  readonly totals: Totals;
  readonly before: Totals | null;
  readonly movers: readonly Mover[];
}

export interface SummaryQuery {
  readonly project: string;
  readonly range: Range;
  readonly filter: CallFilter;
  readonly scope: UserScope;
}

const MOVERS = 10;

function share(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : Math.min(Math.max(part / whole, 0), 1);
}

/** What a project used in a range. Where users are filtered, calls without a user are none of it. */
export async function readUsage(store: Store, query: SummaryQuery): Promise<Usage> {
  const sql = new Sql(store);
  const { project, range, filter, scope } = query;
  const isOfUsers = hasUserFilter(scope.users);
  const none = figuresOf(NO_SUMS);
  if (isOfUsers) {
    const source = scopedSource({ project, range, filter, scope, by: [] }, sql);
    const figures = figuresOf(addSums(await store.query<SumsRow>(source, sql.parameters)));
    return { ...figures, coverage: { calls: null, spend: null }, unattributed: none, system: none };
  }
  const source = scopedSource({ project, range, filter, scope, by: ['attributed', 'service'] }, sql);
  const rows = await store.query<SumsAgainRow & { whose: 'user' | 'system' | 'none' }>(
    `SELECT multiIf(attributed = 1, 'user', ${isOfSystem(project, sql)}, 'system', 'none') AS whose, ${SUMS_AGAIN}
     FROM (${source}) GROUP BY whose`,
    sql.parameters,
  );
  const sumsFor = (whose: 'user' | 'system' | 'none'): SumsRow => {
    const row = rows.find((each) => each.whose === whose);
    return row === undefined ? NO_SUMS : sumsOf(row);
  };
  const figures = figuresOf(addSums(rows.map(sumsOf)));
  const covered = figuresOf(addSums([sumsFor('user'), sumsFor('system')]));
  return {
    ...figures,
    coverage: {
      calls: share(covered.calls, figures.calls),
      spend: share(covered.cost ?? 0, figures.cost),
    },
    unattributed: figuresOf(sumsFor('none')),
    system: figuresOf(sumsFor('system')),
  };
}

/** Calls whose time cannot be right, in whatever range. */
export interface MisdatedCalls {
  /** Dated later than now; ranges that end now do not have them. */
  readonly future: number;
  /** Dated before 2015. */
  readonly past: number;
}

/** Counts the calls of a scope that are dated later than now or before there were LLMs: their senders have a wrong clock. */
export async function countMisdated(
  store: Store,
  query: Omit<SummaryQuery, 'range'>,
  nowMs: number,
): Promise<MisdatedCalls> {
  const { fromMs, toMs } = datedRange(nowMs);
  const countOf = async (of: Omit<SummaryQuery, 'range'>): Promise<MisdatedCalls> => {
    const [future, past] = await Promise.all([
      readUsage(store, { ...of, range: { fromMs: toMs } }),
      readUsage(store, { ...of, range: { toMs: fromMs } }),
    ]);
    return { future: future.calls, past: past.calls };
  };
  // Hardly any project has one, which its own sums tell at once; a filter of users takes far longer.
  if (hasUserFilter(query.scope.users)) {
    const all = await countOf({ project: query.project, filter: {}, scope: EVERYBODY });
    if (all.future === 0 && all.past === 0) return all;
  }
  return countOf(query);
}

/** Everything of a range in one answer, beside the range before where there is one: users, calls, cost, who moved. */
export async function readSummary(
  store: Store,
  answers: RecentAnswers,
  query: SummaryQuery & { readonly before: Range | undefined },
): Promise<Summary> {
  const { project, range, before, filter, scope } = query;
  const changesQuery = { project, range, filter, scope, limit: MOVERS };
  const [usage, usageBefore, changes, [newUsers = 0, newUsersBefore = 0]] = await Promise.all([
    readUsage(store, query),
    before === undefined ? undefined : readUsage(store, { project, range: before, filter, scope }),
    readUserChanges(store, answers, before === undefined ? changesQuery : { ...changesQuery, before }),
    countNewUsers(store, query, before === undefined ? [range] : [range, before]),
  ]);
  return {
    totals: { ...usage, users: changes.users, newUsers },
    before:
      usageBefore === undefined
        ? null
        : { ...usageBefore, users: changes.usersBefore, newUsers: newUsersBefore },
    movers: changes.movers,
  };
}
