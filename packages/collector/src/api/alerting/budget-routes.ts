import { createHash } from 'node:crypto';

import { toUnits } from '@userspan/ledger';
import type { FastifyInstance } from 'fastify';

import { parseBudget, showBudget } from '../../alerts/budgets/budget.ts';
import type { Budget } from '../../alerts/budgets/budget.ts';
import type { BudgetStatus } from '../../alerts/budgets/budget-book.ts';
import type { ApiContext } from '../api-context.ts';
import { decodeCursor, integerAt } from '../../storage/read/query/cursor.ts';
import { sendList } from '../response/list-reply.ts';
import { notFound, Problem } from '../response/problem.ts';
import { listOf, OBJECT, object } from '../response/shapes.ts';
import { parsed } from './as-problem.ts';
import { readNames } from './subject-names.ts';
import { BUDGET, BUDGET_BODY, BUDGET_STANDING, NAMED_BUDGET_STATUS, STANDING } from './shapes.ts';
import { ID_PARAMS, LIST_QUERY, NAME_PARAMS } from '../request/query-shapes.ts';
import { Type } from '../request/schema.ts';
import type { Static } from 'typebox';

const STANDINGS_QUERY = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: 1000, default: 20 }),
});

const SPENDERS_QUERY = Type.Object(LIST_QUERY);

interface NamedStatus extends BudgetStatus {
  readonly subjectName: string | null;
}

const SPENDER_COLUMNS = [
  'budget',
  'of',
  'id',
  'subjectName',
  'usd',
  'spent',
  'unpricedCalls',
  'left',
  'percent',
  'isExceeded',
  'from',
  'to',
  'exhaustedAt',
] as const;

/** The state of a user's budgets in an answer, and whether the user may spend more. */
export function standingOf(budgets: readonly BudgetStatus[]): object {
  const lefts = budgets.map(({ left }) => left).sort((a, b) => (toUnits(a) < toUnits(b) ? -1 : 1));
  return {
    allowed: budgets.every(({ isExceeded }) => !isExceeded),
    left: lefts[0] ?? null,
    budgets,
  };
}

/** An id derived from the budget's target, so that a repeated PUT does not create a second budget. */
function idOf(body: Readonly<Record<string, unknown>>): string {
  if (typeof body['id'] === 'string') return body['id'];
  const { user, group, of, props, period } = body;
  const target = JSON.stringify([user, group, of, props, period ?? 'month']);
  return `b-${createHash('sha256').update(target).digest('hex').slice(0, 16)}`;
}

/** Routes for budgets and their state per user and group. */
export function budgetRoutes(app: FastifyInstance, context: ApiContext): void {
  const { alerting } = context;

  app.route({
    method: 'GET',
    url: '/budgets',
    config: { permission: 'read' },
    schema: {
      operationId: 'listBudgets',
      summary: 'Budgets of users and groups',
      response: { 200: object({ data: { type: 'array', items: BUDGET } }) },
    },
    handler: async ({ project }) => ({
      data: [...(await alerting.configs.list<Budget>(project, 'budget')).values()].map(showBudget),
    }),
  });

  app.route<{ Querystring: Static<typeof STANDINGS_QUERY> }>({
    method: 'GET',
    url: '/budgets/standing',
    config: { permission: 'read' },
    schema: {
      operationId: 'listBudgetStandings',
      summary:
        'The users or groups with the largest spend of every budget in the current period, from memory',
      querystring: STANDINGS_QUERY,
      response: { 200: object({ data: { type: 'array', items: BUDGET_STANDING } }) },
    },
    handler: async ({ project, query }) => {
      if (!alerting.budgets.isLoaded) await alerting.refreshBudgets();
      const standings = alerting.budgets.standings(project, context.clock(), query.limit);
      const all = standings.flatMap(({ data }) => data);
      const nameOf = await readNames(
        context.store,
        project,
        all.map(({ of, id }) => ({ of, subject: id })),
      );
      return {
        data: standings.map(({ data, ...rest }) => ({
          ...rest,
          data: data.map((status) => ({ ...status, subjectName: nameOf(status.of, status.id) })),
        })),
      };
    },
  });

  app.route<{ Params: Static<typeof NAME_PARAMS>; Querystring: Static<typeof SPENDERS_QUERY> }>({
    method: 'GET',
    url: '/budgets/:id/spenders',
    config: { permission: 'read' },
    schema: {
      operationId: 'listBudgetSpenders',
      summary:
        'All users or groups that spent from a budget in the current period, the largest spend first, from memory',
      params: NAME_PARAMS,
      querystring: SPENDERS_QUERY,
      response: { 200: listOf(NAMED_BUDGET_STATUS) },
    },
    handler: async (request, reply) => {
      const { project, params, query } = request;
      if (!alerting.budgets.isLoaded) await alerting.refreshBudgets();
      const spenders = alerting.budgets.spenders(project, params.id, context.clock());
      if (spenders === undefined) throw notFound('budget');
      return sendList<NamedStatus>(request, reply, {
        columns: SPENDER_COLUMNS,
        limit: query.limit,
        after: decodeCursor(query.cursor, 1),
        page: async (limit, after) => {
          const from = after === undefined ? 0 : Math.max(0, Number(integerAt(after, 0)));
          const rows = spenders.slice(from, from + limit);
          const nameOf = await readNames(
            context.store,
            project,
            rows.map(({ of, id }) => ({ of, subject: id })),
          );
          const named = rows.map((status) => ({ ...status, subjectName: nameOf(status.of, status.id) }));
          const next = from + limit;
          return { rows: named, ...(next < spenders.length ? { next: [String(next)] } : {}) };
        },
      });
    },
  });

  app.route<{ Body: Readonly<Record<string, unknown>> }>({
    method: 'PUT',
    url: '/budgets',
    config: { permission: 'admin' },
    schema: {
      operationId: 'putBudget',
      summary: 'Adds a budget, or changes the one with this id or of the same target',
      body: OBJECT,
      requestBody: BUDGET_BODY,
      response: { 200: BUDGET },
    },
    handler: async ({ project, body }) => {
      const id = idOf(body);
      const budget = parsed(() => parseBudget(body, id));
      const channels = await alerting.configs.list(project, 'channel');
      const missing = budget.channels.find((channel) => !channels.has(channel));
      if (missing !== undefined)
        throw new Problem(400, `There is no channel ${JSON.stringify(missing)}. Add it first.`);
      await alerting.configs.write([{ project, kind: 'budget', id, value: budget }]);
      // So that the next request uses the new budget.
      await alerting.refreshBudgets();
      return showBudget(budget);
    },
  });

  app.route<{ Params: Static<typeof NAME_PARAMS> }>({
    method: 'DELETE',
    url: '/budgets/:id',
    config: { permission: 'admin' },
    schema: {
      operationId: 'removeBudget',
      summary: 'Removes a budget',
      params: NAME_PARAMS,
      response: { 200: BUDGET },
    },
    handler: async ({ project, params }) => {
      const budget = (await alerting.configs.list<Budget>(project, 'budget')).get(params.id);
      if (budget === undefined) throw notFound('budget');
      await alerting.configs.write([{ project, kind: 'budget', id: params.id }]);
      await alerting.refreshBudgets();
      return showBudget(budget);
    },
  });

  for (const kind of ['user', 'group'] as const) {
    app.route<{ Params: Static<typeof ID_PARAMS> }>({
      method: 'GET',
      url: `/${kind}s/:id/budget`,
      config: { permission: 'read' },
      schema: {
        operationId: kind === 'user' ? 'readUserBudget' : 'readGroupBudget',
        summary: `State of the budgets of a ${kind}, from memory; a few seconds old`,
        params: ID_PARAMS,
        response: { 200: STANDING },
      },
      handler: async ({ project, params }) => {
        const { budgets } = alerting;
        if (!budgets.isLoaded) await alerting.refreshBudgets();
        const now = context.clock();
        return standingOf(
          kind === 'user'
            ? budgets.ofUser(project, params.id, now)
            : budgets.ofGroup(project, params.id, now),
        );
      },
    });
  }
}
