import type { Store } from '../store/store.ts';
import { addSums, figuresOf, NO_SUMS } from './figures.ts';
import type { Figures, SumsRow } from './figures.ts';
import type { CallFilter } from './filters.ts';
import { all, Sql } from './sql.ts';
import type { Range } from './range.ts';
import { nsConditions } from './user-extras.ts';
import { totalsSource } from './usage-source.ts';
import { rankedUsers } from './user-ranking.ts';

/** What a project used in a range. */
export interface Totals extends Figures {
  readonly users: number;
  readonly newUsers: number;
  /** Shares whose user is known, 0 to 1; `null` where there is nothing to share. */
  readonly coverage: { readonly calls: number | null; readonly spend: number | null };
  readonly unattributed: Figures;
}

interface TotalsRow extends SumsRow {
  readonly attributed: number;
}

export interface SummaryQuery {
  readonly project: string;
  readonly range: Range;
  readonly filter: CallFilter;
}

const EVERYBODY = {
  users: { props: new Map() },
  sort: 'calls',
  isDescending: true,
  limit: 0,
  hasAliases: true,
} as const;

function share(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : Math.min(Math.max(part / whole, 0), 1);
}

async function countUsers(store: Store, { project, range, filter }: SummaryQuery): Promise<number> {
  const sql = new Sql();
  const source = rankedUsers({ ...EVERYBODY, project, range, calls: filter }, sql);
  const [row] = await store.query<{ users: string }>(
    `SELECT count() AS users FROM (${source})`,
    sql.parameters,
  );
  return Number(row?.users ?? 0);
}

async function countNewUsers(store: Store, { project, range }: SummaryQuery): Promise<number> {
  const sql = new Sql();
  const having = nsConditions('min(first_ns)', range, sql);
  const [row] = await store.query<{ users: string }>(
    `SELECT count() AS users FROM (SELECT user_id FROM profiles WHERE project = ${sql.text(project)}
       AND user_id NOT IN (SELECT alias_id FROM aliases FINAL WHERE project = ${sql.text(project)})
     GROUP BY user_id HAVING ${all(having)})`,
    sql.parameters,
  );
  return Number(row?.users ?? 0);
}

/** Everything of a range in one answer: users, calls, cost, and how much of it has a user. */
export async function readTotals(store: Store, query: SummaryQuery): Promise<Totals> {
  const sql = new Sql();
  const { project, range, filter } = query;
  const source = totalsSource({ project, range, filter, by: ['attributed'] }, sql);
  const [rows, users, newUsers] = await Promise.all([
    store.query<TotalsRow>(source, sql.parameters),
    countUsers(store, query),
    countNewUsers(store, query),
  ]);
  const figures = figuresOf(addSums(rows));
  const attributed = figuresOf(rows.find((row) => row.attributed === 1) ?? NO_SUMS);
  const unattributed = figuresOf(rows.find((row) => row.attributed === 0) ?? NO_SUMS);
  return {
    users,
    newUsers,
    ...figures,
    coverage: {
      calls: share(attributed.calls, figures.calls),
      spend: share(attributed.cost ?? 0, figures.cost),
    },
    unattributed,
  };
}
