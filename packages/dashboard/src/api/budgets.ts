import { queryOptions } from '@tanstack/react-query';
import { apiPath, getJson, sendJson } from './request.ts';

/** A budget of one user, one group, or of each of many. */
export interface Budget {
  readonly id: string;
  readonly name: string;
  /** Exact decimal of US dollars. */
  readonly usd: string;
  readonly period: 'day' | 'week' | 'month';
  readonly timeZone: string;
  /** Percent. */
  readonly thresholds: readonly number[];
  readonly channels: readonly string[];
  readonly user?: string;
  readonly group?: string;
  readonly of?: 'user' | 'group';
  readonly props?: Readonly<Record<string, readonly string[]>>;
}

/** What a user or group spent of a budget. Amounts are exact decimals. */
export interface BudgetStatus {
  readonly budget: string;
  readonly name: string;
  readonly of: 'user' | 'group';
  readonly id: string;
  readonly usd: string;
  readonly spent: string;
  readonly left: string;
  readonly percent: number;
  readonly isExceeded: boolean;
  readonly period: 'day' | 'week' | 'month';
  readonly from: string;
  readonly to: string;
  readonly exhaustedAt: string | null;
}

/** A budget with everybody who spent of it, the highest share first. */
export interface BudgetStanding {
  readonly budget: string;
  readonly spenders: number;
  readonly exceeded: number;
  readonly spent: string;
  readonly data: readonly BudgetStatus[];
}

export function budgetsQuery() {
  return queryOptions({
    queryKey: ['live', 'budgets'],
    queryFn: ({ signal }) => getJson<{ readonly data: readonly Budget[] }>(apiPath(['budgets']), signal),
  });
}

export function budgetStandingsQuery() {
  return queryOptions({
    queryKey: ['live', 'budget-standings'],
    queryFn: ({ signal }) =>
      getJson<{ readonly data: readonly BudgetStanding[] }>(apiPath(['budgets', 'standing']), signal),
    refetchInterval: 15_000,
  });
}

/** How one user or group stands with its budgets. */
export function ownBudgetQuery(of: 'users' | 'groups', id: string) {
  return queryOptions({
    queryKey: ['live', 'budget', of, id],
    queryFn: ({ signal }) =>
      getJson<{ readonly budgets: readonly BudgetStatus[] }>(apiPath([of, id, 'budget']), signal),
  });
}

export function saveBudget(budget: Omit<Budget, 'id'> & { readonly id?: string }): Promise<Budget> {
  return sendJson('PUT', apiPath(['budgets']), budget);
}

export function removeBudget(id: string): Promise<unknown> {
  return sendJson('DELETE', apiPath(['budgets', id]));
}
