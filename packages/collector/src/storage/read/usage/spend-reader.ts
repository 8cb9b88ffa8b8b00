import { decimalOf, unitsOf } from '../../../runtime/decimal-units.ts';
import type { Store } from '../../engine/store.ts';
import { RecentAnswers } from '../query/recent-answers.ts';
import { AliasBook } from '../users/alias-book.ts';
import { EVERYBODY } from '../users/matching-keys.ts';
import { readUserUsage } from '../users/user-usage.ts';
import { listUsers } from '../users/list-users.ts';
import { listBreakdown } from './breakdown-query.ts';
import { readUsage } from './summary-query.ts';

export const SPENDERS = ['user', 'group'] as const;
export type Spender = (typeof SPENDERS)[number];

/** Maximum number of series per kind. Default: none. */
export type SpendLimits = Readonly<Partial<Record<Spender, number>>>;

/** Total spend of a user or group. The rows of one kind add up to the spend of the project. */
export interface SpendRow {
  /** `named` has an id; `other` is the sum of all others; `none` is spend without a known user or group. */
  readonly kind: 'named' | 'other' | 'none';
  readonly id: string;
  readonly calls: number;
  readonly unpricedCalls: number;
  /** Exact decimal of US dollars. */
  readonly cost: string;
  /**
   * Number and exact cost of claimed calls. With `--claimed count` they are part of `calls` and `cost`, otherwise not.
   */
  readonly claimedCalls: number;
  readonly claimedCost: string;
}

interface Figures {
  readonly calls: number;
  readonly unpricedCalls: number;
  readonly costExact: string | null;
  readonly claimedCalls: number;
  readonly claimedCostExact: string | null;
}

const FRESH_MS = 15_000;
const NOTHING: Figures = {
  calls: 0,
  unpricedCalls: 0,
  costExact: '0',
  claimedCalls: 0,
  claimedCostExact: '0',
};
const EVERYTHING = { range: {}, filter: {}, scope: EVERYBODY } as const;

/**
 * The spend of a bounded number of users and groups, for counters.
 *
 * A user or group with a row keeps it as long as the process runs, so that no counter falls when another one spends
 * more. The largest ones get rows at the first call, later ones while there is room. An erased user, or one that became
 * an alias, loses its row.
 */
export class SpendReader {
  readonly #store: Store;
  readonly #answers: RecentAnswers;
  readonly #aliases: AliasBook;
  readonly #limits: SpendLimits;
  readonly #named = new Map<string, readonly string[]>();
  readonly #answered = new Map<
    string,
    { readonly atMs: number; readonly rows: Promise<readonly SpendRow[]> }
  >();

  constructor(store: Store, limits: SpendLimits) {
    this.#store = store;
    this.#answers = new RecentAnswers(store);
    this.#aliases = new AliasBook(store);
    this.#limits = limits;
  }

  /** Rows of a project, cached for fifteen seconds. Undefined if this kind has no rows. */
  read(project: string, spender: Spender): Promise<readonly SpendRow[]> | undefined {
    const limit = this.#limits[spender];
    if (limit === undefined) return undefined;
    const key = `${spender}\0${project}`;
    const known = this.#answered.get(key);
    const nowMs = performance.now();
    if (known !== undefined && nowMs - known.atMs < FRESH_MS) return known.rows;
    const rows = spender === 'user' ? this.#users(key, project, limit) : this.#groups(key, project, limit);
    this.#answered.set(key, { atMs: nowMs, rows });
    rows.catch(() => this.#answered.delete(key));
    return rows;
  }

  async #users(key: string, project: string, limit: number): Promise<readonly SpendRow[]> {
    const members = new Map<string, readonly string[]>();
    const add = async (ids: readonly string[]): Promise<void> => {
      for (const id of ids) {
        const canonical = await this.#aliases.canonicalOf(project, id);
        if (canonical === id && members.size < limit) members.set(id, await this.#aliases.idsOf(project, id));
      }
    };
    await add(this.#named.get(key) ?? []);
    if (members.size < limit) {
      const hasAliases = !(await this.#aliases.isEmpty(project));
      const { users } = await listUsers(this.#answers, {
        project,
        range: {},
        calls: {},
        users: EVERYBODY.users,
        hasAliases,
        sort: 'cost',
        isDescending: true,
        limit,
      });
      await add(users.map(({ id }) => id));
    }
    // Read before the total, so that spans that arrive in between are included in the others, which never become
    // negative.
    const usage = await readUserUsage(this.#store, { project, range: {}, filter: {} }, members);
    const total = await readUsage(this.#store, { project, ...EVERYTHING });
    const named = [...members.keys()].flatMap((id): readonly (readonly [string, Figures])[] => {
      const figures = usage.get(id)?.figures;
      return figures === undefined || figures.calls === 0 ? [] : [[id, figures]];
    });
    this.#named.set(
      key,
      named.map(([id]) => id),
    );
    return rowsOf(named, total.unattributed, total);
  }

  async #groups(key: string, project: string, limit: number): Promise<readonly SpendRow[]> {
    const query = {
      project,
      ...EVERYTHING,
      of: 'group',
      sort: 'cost',
      isDescending: true,
    } as const;
    const before = this.#named.get(key) ?? [];
    const largest = await listBreakdown(this.#store, { ...query, limit: limit + 1 });
    const kept =
      before.length === 0
        ? []
        : await listBreakdown(this.#store, { ...query, keys: before, limit: before.length });
    const [groupless = { figures: NOTHING }] = await listBreakdown(this.#store, {
      ...query,
      keys: [''],
      limit: 1,
    });
    const total = await readUsage(this.#store, { project, ...EVERYTHING });
    const found = new Map<string, Figures>();
    for (const row of [...kept, ...largest]) {
      if (row.key !== '' && row.figures.calls > 0 && found.size < limit && !found.has(row.key)) {
        found.set(row.key, row.figures);
      }
    }
    this.#named.set(key, [...found.keys()]);
    return rowsOf([...found], plus(total.unattributed, groupless.figures), total);
  }
}

function rowsOf(
  named: readonly (readonly [string, Figures])[],
  none: Figures,
  total: Figures,
): readonly SpendRow[] {
  const rest = [...named.map(([, figures]) => figures), none].reduce<Figures>(
    (left, figures) => plus(left, figures, -1),
    total,
  );
  return [
    ...named.map(([id, figures]) => rowOf('named', id, figures)),
    rowOf('other', '', rest),
    rowOf('none', '', none),
  ];
}

function rowOf(kind: SpendRow['kind'], id: string, figures: Figures): SpendRow {
  const { calls, unpricedCalls, costExact, claimedCalls, claimedCostExact } = figures;
  const claimed = { claimedCalls, claimedCost: claimedCostExact ?? '0' };
  return { kind, id, calls, unpricedCalls, cost: costExact ?? '0', ...claimed };
}

function plus(a: Figures, b: Figures, sign: 1 | -1 = 1): Figures {
  const sum = (x: string | null, y: string | null): string =>
    decimalOf(unitsOf(x ?? '0') + BigInt(sign) * unitsOf(y ?? '0'));
  return {
    calls: a.calls + sign * b.calls,
    unpricedCalls: a.unpricedCalls + sign * b.unpricedCalls,
    costExact: sum(a.costExact, b.costExact),
    claimedCalls: a.claimedCalls + sign * b.claimedCalls,
    claimedCostExact: sum(a.claimedCostExact, b.claimedCostExact),
  };
}
