import { queryOptions } from '@tanstack/react-query';
import type { RowOf } from '../answer.ts';
import { apiPath, getJson, sendJson } from '../request.ts';

/** A budget of one user, one group, or of each of many. */
export type Budget = RowOf<'listBudgets'>;
/** A budget with the users or groups that it applies to, the highest used share first. */
export type BudgetStanding = RowOf<'listBudgetStandings'>;
/** What a user or group has spent of a budget, with the user's name. Amounts are exact decimals. */
export type NamedBudgetStatus = BudgetStanding['data'][number];
export type BudgetStatus = Omit<NamedBudgetStatus, 'subjectName'>;

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

/** The budgets of one user or group, and what was spent of them. */
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
