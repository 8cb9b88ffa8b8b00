import type { FastifyInstance } from 'fastify';

import { explainChange } from '../../metering/forecast.ts';
import { rangeBefore, showRange } from '../../storage/read/query/range.ts';
import type { ApiContext } from '../api-context.ts';
import { readCallFilter } from '../request/read-filters.ts';
import { readRange } from '../request/read-range.ts';
import { readUserScope } from '../request/read-scope.ts';
import {
  CLAIMED_MONEY,
  COUNT,
  MONEY,
  MOVER_PROPERTIES,
  NUMBER,
  NUMBER_OR_NULL,
  object,
  RANGE,
  TEXT_OR_NULL,
  UNPRICED_CALLS,
} from '../response/shapes.ts';
import { SCOPE_QUERY } from '../request/query-shapes.ts';
import { Type } from '../request/schema.ts';
import type { Static } from 'typebox';

const QUERY = Type.Object(SCOPE_QUERY);
const MOVERS_QUERY = Type.Object({
  ...SCOPE_QUERY,
  limit: Type.Integer({ minimum: 1, maximum: 50, default: 6 }),
});

/**
 * Routes for users whose cost changed since the range before, with the causes, and for the distribution of cost over
 * users.
 */
export function whatChangedRoutes(app: FastifyInstance, context: ApiContext): void {
  const { store } = context;

  app.route<{ Querystring: Static<typeof MOVERS_QUERY> }>({
    method: 'GET',
    url: '/movers',
    config: { permission: 'read' },
    schema: {
      operationId: 'listMovers',
      summary: 'Users whose cost changed most since the previous range, each with the largest cause',
      querystring: MOVERS_QUERY,
      response: {
        200: object({
          range: RANGE,
          before: { anyOf: [RANGE, { type: 'null' }], description: 'Null if the range has no beginning.' },
          data: {
            type: 'array',
            items: object({
              ...MOVER_PROPERTIES,
              cause: {
                anyOf: [
                  object({
                    model: TEXT_OR_NULL,
                    factor: {
                      enum: ['new', 'gone', 'calls', 'tokens per call', 'price per token'],
                      description: 'The main cause of the change, for this model.',
                    },
                    difference: MONEY,
                    was: {
                      ...NUMBER,
                      description: 'The factor in the previous range: calls, tokens or dollars.',
                    },
                    is: { ...NUMBER, description: 'The factor in the range.' },
                  }),
                  { type: 'null' },
                ],
              },
            }),
          },
        }),
      },
    },
    handler: async ({ project, query }) => {
      const range = readRange(query, context.clock());
      const filter = readCallFilter({ ...query });
      const before = rangeBefore(range, context.clock());
      if (before === undefined) return { range: showRange(range), before: null, data: [] };
      const scope = await readUserScope(context, project, query);
      const movers = await store.users.readMovers({
        project,
        range,
        before,
        filter,
        scope,
        limit: query.limit,
      });
      const owners = new Map<string, string>();
      for (const { id } of movers) {
        for (const member of await context.aliases.idsOf(project, id)) owners.set(member, id);
      }
      const [now, then] = await Promise.all([
        store.usage.readModelsOfUsers({ project, range, filter }, owners),
        store.usage.readModelsOfUsers({ project, range: before, filter }, owners),
      ]);
      return {
        range: showRange(range),
        before: showRange(before),
        data: movers.map((mover) => ({
          ...mover,
          cause: causeOf(then.get(mover.id) ?? [], now.get(mover.id) ?? []),
        })),
      };
    },
  });

  app.route<{ Querystring: Static<typeof QUERY> }>({
    method: 'GET',
    url: '/distribution',
    config: { permission: 'read' },
    schema: {
      operationId: 'readDistribution',
      summary:
        'Distribution of cost over users: the share of the users with the largest cost, and a histogram',
      querystring: QUERY,
      response: {
        200: object({
          range: RANGE,
          users: COUNT,
          costExact: MONEY,
          unpricedCalls: UNPRICED_CALLS,
          claimedCostExact: CLAIMED_MONEY,
          median: { ...TEXT_OR_NULL, description: 'Median cost of a user.' },
          p95: { ...TEXT_OR_NULL, description: '95th percentile of the cost of a user.' },
          top: {
            type: 'array',
            items: object({
              users: COUNT,
              costExact: MONEY,
              unpricedCalls: UNPRICED_CALLS,
              claimedCostExact: CLAIMED_MONEY,
              share: NUMBER_OR_NULL,
            }),
          },
          buckets: {
            type: 'array',
            items: object({
              from: MONEY,
              to: TEXT_OR_NULL,
              users: COUNT,
              costExact: MONEY,
              unpricedCalls: UNPRICED_CALLS,
              claimedCostExact: CLAIMED_MONEY,
            }),
          },
        }),
      },
    },
    handler: async ({ project, query }) => {
      const range = readRange(query, context.clock());
      const calls = readCallFilter({ ...query });
      const scope = await readUserScope(context, project, query);
      const spread = await store.users.readDistribution({ project, range, calls, ...scope });
      return { range: showRange(range), ...spread };
    },
  });
}

type Models = Parameters<typeof explainChange>[0];

/** The largest part of a change, with the factor's values before and after. */
function causeOf(before: Models, after: Models): object | null {
  const [largest] = explainChange(before, after);
  if (largest === undefined) return null;
  const { model, factor, difference } = largest;
  const was = before.find((each) => each.model === model);
  const is = after.find((each) => each.model === model);
  if (was === undefined || was.calls === 0) {
    return { model, factor: 'new', difference, was: 0, is: is?.calls ?? 0 };
  }
  if (is === undefined || is.calls === 0) return { model, factor: 'gone', difference, was: was.calls, is: 0 };
  return { model, factor, difference, was: factorOf(factor, was), is: factorOf(factor, is) };
}

function factorOf(
  factor: 'calls' | 'tokens per call' | 'price per token',
  { calls, tokens, cost }: Models[number],
): number {
  if (factor === 'calls') return calls;
  if (factor === 'tokens per call') return tokens / calls;
  return tokens === 0 ? 0 : Number(cost) / tokens;
}
