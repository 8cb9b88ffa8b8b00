import { fromUnits, toUnits } from '@userspan/ledger';

import type { Storage } from '../../storage/storage.ts';
import type { UsageChanges } from '../../storage/read/alerting/usage-changes.ts';
import type { UserDirectory } from '../../storage/read/alerting/user-directory.ts';
import type { TimeSpan } from '../../storage/read/alerting/window-parts.ts';
import { NO_SUMS } from '../../storage/read/alerting/window-sums.ts';
import type { Configs } from '../config-book.ts';
import { parseWindow, spanAt } from '../window.ts';
import type { Budget } from './budget.ts';
import { GroupSums, isNothing, NOTHING_SPENT, spentTogether } from './spent.ts';
import type { Spent } from './spent.ts';

/** How much of one budget a user or group has spent. Decimals are exact. */
export interface BudgetStatus {
  readonly budget: string;
  readonly name: string;
  readonly of: 'user' | 'group';
  readonly id: string;
  readonly usd: string;
  readonly spent: string;
  /** Unpriced calls of the period. They are not in `spent`, so the true amount may be higher. */
  readonly unpricedCalls: number;
  /** Negative where more was spent. */
  readonly left: string;
  readonly percent: number;
  readonly isExceeded: boolean;
  readonly period: string;
  readonly timeZone: string;
  readonly from: string;
  readonly to: string;
  /** When the budget will be used up at the average rate of the period so far; `null` if not within this period. */
  readonly exhaustedAt: string | null;
}

/** A budget with the users or groups that spent from it. */
export interface BudgetStanding {
  readonly budget: string;
  /** Number of users or groups that spent anything in the period. */
  readonly spenders: number;
  readonly exceeded: number;
  /** What all of them spent together, an exact decimal in US dollars. */
  readonly spent: string;
  /** Unpriced calls of all of them. They are not in `spent`. */
  readonly unpricedCalls: number;
  /** One entry per user or group, the highest share spent first. */
  readonly data: readonly BudgetStatus[];
}

/** What each user spent in one period. Keys are raw user ids as spans name them, not canonical ids. */
interface Spending {
  readonly span: TimeSpan;
  readonly users: Map<string, Spent>;
  /** Sums by group, if a budget of groups uses this period. */
  readonly groups: GroupSums | undefined;
}

/** Key of a period; budgets with the same period share its spending. */
type PeriodKey = string;

const FULL_MS = 10 * 60_000;

interface Project {
  readonly directory: UserDirectory;
  readonly spending: Map<PeriodKey, Spending>;
  budgets: readonly Budget[];
}

/**
 * Spending of users and groups with a budget, kept in memory so that `GET /api/users/{id}/budget` needs no query.
 *
 * Every collector has one and applies changes to it every few seconds.
 */
export class BudgetBook {
  readonly #store: Pick<Storage, 'alerting'>;
  readonly #projects = new Map<string, Project>();
  #fullAtMs = Number.NEGATIVE_INFINITY;
  #revision = '';
  #isLoaded = false;

  constructor(store: Pick<Storage, 'alerting'>) {
    this.#store = store;
  }

  /** Whether budgets were read since the start. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  async refresh({ budgets }: Configs, changes: UsageChanges, nowMs: number): Promise<void> {
    const revision = JSON.stringify(
      budgets.map(({ project, budget, revision: each }) => [project, budget.id, each]),
    );
    const areUsersUnknown = changes.isEverything || changes.areRowsDeleted;
    const isFull = areUsersUnknown || nowMs - this.#fullAtMs >= FULL_MS || revision !== this.#revision;
    const byProject = budgetsByProject(budgets);
    forgetOthers(this.#projects, byProject);
    for (const [project, list] of byProject) {
      const known = this.#projects.get(project) ?? {
        directory: this.#store.alerting.openDirectory(project),
        spending: new Map(),
        budgets: list,
      };
      known.budgets = list;
      const ids = await changedUsers(known, changes.users.get(project) ?? [], areUsersUnknown);
      await this.#refreshSpending(project, known, isFull ? undefined : ids, nowMs);
      this.#projects.set(project, known);
    }
    this.#revision = revision;
    if (isFull) this.#fullAtMs = nowMs;
    this.#isLoaded = true;
  }

  /**
   * Every budget that applies to a user: its own, budgets of each user or of users with certain properties, and budgets
   * of its group.
   */
  ofUser(project: string, id: string, nowMs: number): readonly BudgetStatus[] {
    const known = this.#projects.get(project);
    if (known === undefined) return [];
    const { directory } = known;
    const user = directory.canonicalOf(id);
    const group = directory.groupOf(user);
    return known.budgets.flatMap((budget) => {
      if (budget.of === 'group') {
        return group === null || !isOfGroup(budget, group)
          ? []
          : [this.#ofGroup(known, budget, group, nowMs)];
      }
      const matches = directory.matcherOf(budget.filter);
      if (matches !== undefined && !matches(user)) return [];
      const spent = directory
        .idsOf(user)
        .reduce((sum, each) => spentTogether(sum, spentBy(known, budget, each, nowMs)), NOTHING_SPENT);
      return [statusOf(budget, user, spent, nowMs)];
    });
  }

  ofGroup(project: string, group: string, nowMs: number): readonly BudgetStatus[] {
    const known = this.#projects.get(project);
    if (known === undefined) return [];
    return known.budgets
      .filter((budget) => budget.of === 'group' && isOfGroup(budget, group))
      .map((budget) => this.#ofGroup(known, budget, group, nowMs));
  }

  /** Every budget of a project, each with at most `limit` users or groups that spent the largest shares. */
  standings(project: string, nowMs: number, limit: number): readonly BudgetStanding[] {
    const known = this.#projects.get(project);
    return (known?.budgets ?? []).map((budget) => {
      const spenders = known === undefined ? [] : this.#spendersOf(known, budget, nowMs);
      const amount = toUnits(budget.usd);
      const all = spenders.reduce((sum, [, spent]) => spentTogether(sum, spent), NOTHING_SPENT);
      return {
        budget: budget.id,
        spenders: spenders.length,
        exceeded: spenders.filter(([, { units }]) => units >= amount).length,
        spent: fromUnits(all.units),
        unpricedCalls: all.unpricedCalls,
        data: spenders.slice(0, limit).map(([id, spent]) => statusOf(budget, id, spent, nowMs)),
      };
    });
  }

  /** All users or groups that spent from a budget, the highest share first; `undefined` if the budget does not exist. */
  spenders(project: string, budgetId: string, nowMs: number): readonly BudgetStatus[] | undefined {
    const known = this.#projects.get(project);
    const budget = known?.budgets.find(({ id }) => id === budgetId);
    if (known === undefined || budget === undefined) return undefined;
    return this.#spendersOf(known, budget, nowMs).map(([id, spent]) => statusOf(budget, id, spent, nowMs));
  }

  /** What each user (by canonical id) or group with this budget spent, the largest amount first. */
  #spendersOf(project: Project, budget: Budget, nowMs: number): (readonly [id: string, spent: Spent])[] {
    const spending = project.spending.get(periodKey(budget));
    if (spending === undefined || !isCurrent(spending, nowMs)) return [];
    const sums = new Map<string, Spent>();
    if (budget.of === 'group') {
      for (const [group, spent] of spending.groups?.sums ?? []) {
        if (isOfGroup(budget, group)) sums.set(group, spent);
      }
    } else {
      const { directory } = project;
      const matches = directory.matcherOf(budget.filter);
      for (const [raw, spent] of spending.users) {
        const id = directory.canonicalOf(raw);
        if (matches !== undefined && !matches(id)) continue;
        const before = sums.get(id);
        sums.set(id, before === undefined ? spent : spentTogether(before, spent));
      }
    }
    return [...sums].sort(([, a], [, b]) =>
      a.units === b.units ? b.unpricedCalls - a.unpricedCalls : a.units < b.units ? 1 : -1,
    );
  }

  #ofGroup(project: Project, budget: Budget, group: string, nowMs: number): BudgetStatus {
    const spending = project.spending.get(periodKey(budget));
    const isKnown = spending !== undefined && isCurrent(spending, nowMs);
    const spent = isKnown ? spending.groups?.sums.get(group) : undefined;
    return statusOf(budget, group, spent ?? NOTHING_SPENT, nowMs);
  }

  async #refreshSpending(
    name: string,
    project: Project,
    changed: ReadonlySet<string> | undefined,
    nowMs: number,
  ): Promise<void> {
    const wanted = new Map(project.budgets.map((budget) => [periodKey(budget), budget]));
    forgetOthers(project.spending, wanted);
    const groupPeriods = new Set(project.budgets.filter(({ of }) => of === 'group').map(periodKey));
    for (const [key, budget] of wanted) {
      const span = spanAt(parseWindow(budget.period, budget.timeZone), nowMs);
      const known = project.spending.get(key);
      const ids = known?.span.fromMs === span.fromMs ? changed : undefined;
      if (ids?.size === 0) continue;
      const rows = await this.#store.alerting.readWindowSums({
        project: name,
        by: 'user',
        series: [{ span, filter: {}, sums: ['cost', 'calls', 'priced'] }],
        ...(ids === undefined ? {} : { userIds: [...ids] }),
      });
      // Without ids, every user was read, and the previous entries are replaced.
      const old = ids === undefined ? undefined : known;
      const users = updatedSpending(old?.users, ids, rows);
      const groups = old?.groups ?? (groupPeriods.has(key) ? new GroupSums() : undefined);
      if (groups !== undefined) refreshGroups(groups, project.directory, users, ids);
      project.spending.set(key, { span, users, groups });
    }
  }
}

/** Deletes the entries whose keys are not in `wanted`. */
function forgetOthers<K>(entries: Map<K, unknown>, wanted: ReadonlyMap<K, unknown>): void {
  for (const key of entries.keys()) if (!wanted.has(key)) entries.delete(key);
}

/** Spending by user, updated with the rows that were read for these ids or, without ids, for every user. */
function updatedSpending(
  users = new Map<string, Spent>(),
  ids: ReadonlySet<string> | undefined,
  rows: Awaited<ReturnType<Storage['alerting']['readWindowSums']>>,
): Map<string, Spent> {
  for (const id of ids ?? []) users.delete(id);
  for (const [id, [{ cost, calls, priced } = NO_SUMS]] of rows) {
    const spent = { units: cost, unpricedCalls: Number(calls - priced) };
    if (id !== '' && !isNothing(spent)) users.set(id, spent);
  }
  return users;
}

function budgetsByProject(budgets: Configs['budgets']): ReadonlyMap<string, readonly Budget[]> {
  const byProject = new Map<string, Budget[]>();
  for (const { project, budget } of budgets) {
    const list = byProject.get(project);
    if (list) list.push(budget);
    else byProject.set(project, [budget]);
  }
  return byProject;
}

/** Brings the directory of a project up to date; returns the users that have new calls, aliases or properties. */
async function changedUsers(
  { directory, budgets }: Project,
  written: Iterable<string>,
  areUsersUnknown: boolean,
): Promise<ReadonlySet<string>> {
  const ids = new Set([...written, ...(await directory.refreshAliases())]);
  ids.delete('');
  const needsUsers = budgets.some(needsProfiles);
  if (areUsersUnknown || !needsUsers) directory.forgetUsers();
  if (needsUsers) await directory.refreshUsers(ids);
  return ids;
}

/** Adds what the users with these ids spent to their groups; without ids, what every user spent. */
function refreshGroups(
  groups: GroupSums,
  directory: UserDirectory,
  users: ReadonlyMap<string, Spent>,
  ids: ReadonlySet<string> | undefined,
): void {
  // When a user moves to another group, its aliases move, too.
  const moved =
    ids === undefined
      ? users.keys()
      : [...ids].flatMap((id) => [id, ...directory.idsOf(directory.canonicalOf(id))]);
  for (const id of moved) groups.set(id, directory.groupOf(id), users.get(id) ?? NOTHING_SPENT);
}

function needsProfiles({ of, filter }: Budget): boolean {
  return of === 'group' || filter.props !== undefined;
}

function isOfGroup({ filter }: Budget, group: string): boolean {
  return filter.group === undefined || filter.group.includes(group);
}

function periodKey({ period, timeZone }: Budget): PeriodKey {
  return `${period} ${timeZone}`;
}

function isCurrent({ span }: Spending, nowMs: number): boolean {
  return nowMs >= span.fromMs && nowMs < span.toMs;
}

function spentBy(project: Project, budget: Budget, id: string, nowMs: number): Spent {
  const spending = project.spending.get(periodKey(budget));
  // A period that began a moment ago has no spending yet.
  const spent = spending !== undefined && isCurrent(spending, nowMs) ? spending.users.get(id) : undefined;
  return spent ?? NOTHING_SPENT;
}

function statusOf(
  budget: Budget,
  id: string,
  { units: spent, unpricedCalls }: Spent,
  nowMs: number,
): BudgetStatus {
  const span = spanAt(parseWindow(budget.period, budget.timeZone), nowMs);
  const amount = toUnits(budget.usd);
  const elapsed = BigInt(Math.max(1, nowMs - span.fromMs));
  const untilMs = spent <= 0n ? undefined : span.fromMs + Number((amount * elapsed) / spent);
  return {
    budget: budget.id,
    name: budget.name,
    of: budget.of,
    id,
    usd: fromUnits(amount),
    spent: fromUnits(spent),
    unpricedCalls,
    left: fromUnits(amount - spent),
    percent: Number((spent * 10_000n) / amount) / 100,
    isExceeded: spent >= amount,
    period: budget.period,
    timeZone: budget.timeZone,
    from: new Date(span.fromMs).toISOString(),
    to: new Date(span.toMs).toISOString(),
    exhaustedAt:
      untilMs === undefined || untilMs >= span.toMs ? null : new Date(Math.floor(untilMs)).toISOString(),
  };
}
