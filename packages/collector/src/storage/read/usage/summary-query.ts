import type { Store } from '../../engine/store.ts';
import { addSums, figuresOf, NO_SUMS } from './figures.ts';
import type { Figures, SumsRow } from './figures.ts';
import { hasUserFilter } from '../query/filters.ts';
import type { CallFilter } from '../query/filters.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import { Sql } from '../../engine/sql.ts';
import type { Range } from '../query/range.ts';
import type { UserScope } from '../users/matching-keys.ts';
import { countNewUsers } from '../users/new-users.ts';
import { scopedSource } from './scoped-source.ts';
import { readUserChanges } from '../users/user-changes.ts';
import type { Mover } from '../users/user-changes.ts';

/** What a project used in a range, and how much of it has a user. */
export interface Usage extends Figures {
  /** Shares whose user is known, 0 to 1; `null` where there is nothing to share. */
  readonly coverage: { readonly calls: number | null; readonly spend: number | null };
  readonly unattributed: Figures;
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
  const by = isOfUsers ? [] : ['attributed'];
  const source = scopedSource({ project, range, filter, scope, by }, sql);
  const rows = await store.query<SumsRow & { attributed?: number }>(source, sql.parameters);
  const figures = figuresOf(addSums(rows));
  if (isOfUsers) {
    return { ...figures, coverage: { calls: null, spend: null }, unattributed: figuresOf(NO_SUMS) };
  }
  const attributed = figuresOf(rows.find((row) => row.attributed === 1) ?? NO_SUMS);
  const unattributed = figuresOf(rows.find((row) => row.attributed === 0) ?? NO_SUMS);
  return {
    ...figures,
    coverage: {
      calls: share(attributed.calls, figures.calls),
      spend: share(attributed.cost ?? 0, figures.cost),
    },
    unattributed,
  };
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
