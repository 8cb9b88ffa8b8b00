import type { FastifyInstance } from 'fastify';

import { explainChange, FORECAST_DAYS, forecastOf } from '../../metering/forecast.ts';
import { MONTH } from '../../metering/revenue/parse-revenue.ts';
import { readRevenueProperty } from '../../metering/revenue/revenue-book.ts';
import { ALLOCATIONS, readMargin } from '../../metering/margin.ts';
import { endOfNow } from '../../storage/read/query/range.ts';
import type { ApiContext } from '../api-context.ts';
import {
  CLAIMED_MONEY,
  COUNT,
  MONEY,
  NUMBER_OR_NULL,
  object,
  TEXT,
  TEXT_OR_NULL,
} from '../response/shapes.ts';
import { Type } from '../request/schema.ts';
import type { Static } from 'typebox';

const MARGIN_QUERY = Type.Object({
  month: Type.Optional(Type.String({ pattern: MONTH.source, description: 'Default this month.' })),
  by: Type.Enum(['user', 'group'], { default: 'user' }),
  unattributed: Type.Enum(ALLOCATIONS, { default: 'apart' }),
  customer: Type.Optional(Type.String({ description: 'Only the line of this user or group.' })),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Maximum number of lines; without it, all lines.' }),
  ),
});
const SUBJECT_QUERY = Type.Object({
  user: Type.Optional(Type.String()),
  group: Type.Optional(Type.String()),
});
const EXPLAIN_QUERY = Type.Object({
  ...SUBJECT_QUERY.properties,
  days: Type.Integer({ minimum: 1, maximum: 31, default: 7 }),
});

const UNPRICED_CALLS = {
  ...COUNT,
  description:
    'Calls without a price in the month and in the averaged days. If there are any, both amounts are lower bounds.',
};

const DAY_MS = 86_400_000;

/** Routes for revenue and cost of customers, forecasts, and causes of changes. */
export function marginRoutes(app: FastifyInstance, context: ApiContext): void {
  const { alerting, store } = context;

  app.route<{ Querystring: Static<typeof MARGIN_QUERY> }>({
    method: 'GET',
    url: '/margin',
    config: { permission: 'read' },
    schema: {
      operationId: 'readMargin',
      summary: 'Revenue minus cost of each user or group in a month (UTC), the largest loss first',
      querystring: MARGIN_QUERY,
      response: {
        200: object({
          month: TEXT,
          revenue: MONEY,
          cost: MONEY,
          unpricedCalls: {
            ...COUNT,
            description: 'Calls of the month without a price, which costs exclude.',
          },
          unattributed: MONEY,
          unattributedUnpricedCalls: {
            ...COUNT,
            description:
              'Calls without a customer and without a price, which `unattributed` and its shares exclude.',
          },
          margin: MONEY,
          total: { ...COUNT, description: 'Total number of users or groups.' },
          losses: { ...COUNT, description: 'Number of those that cost more than they pay.' },
          lines: {
            type: 'array',
            items: object({
              customer: TEXT,
              name: { ...TEXT_OR_NULL, description: 'Name of the user; null for a group.' },
              revenue: MONEY,
              cost: MONEY,
              unpricedCalls: {
                ...COUNT,
                description: 'Calls without a price. If there are any, the margin is an upper bound.',
              },
              allocated: MONEY,
              margin: MONEY,
              percent: NUMBER_OR_NULL,
            }),
          },
        }),
      },
    },
    handler: async ({ project, query }) => {
      const month = query.month ?? new Date(context.clock()).toISOString().slice(0, 7);
      const property = await readRevenueProperty(alerting.configs, project);
      const { by, unattributed: allocation, customer, limit } = query;
      return readMargin(store, { project, month, by, allocation, property, customer, limit });
    },
  });

  /** The ids of a user or group; `undefined` for the whole project. */
  const idsOf = async (
    project: string,
    { user, group }: { readonly user?: string; readonly group?: string },
  ): Promise<readonly string[] | undefined> => {
    if (user === undefined && group === undefined) return undefined;
    const members =
      user === undefined
        ? await store.alerting.readGroupMembers(project, group ?? '')
        : [await context.aliases.canonicalOf(project, user)];
    return (await Promise.all(members.map((each) => context.aliases.idsOf(project, each)))).flat();
  };
  const today = (): number => Math.floor(context.clock() / DAY_MS) * DAY_MS;

  app.route<{ Querystring: Static<typeof SUBJECT_QUERY> }>({
    method: 'GET',
    url: '/forecast',
    config: { permission: 'read' },
    schema: {
      operationId: 'readForecast',
      summary: 'Forecast of this month (UTC) for the project, a user or a group, with its method',
      querystring: SUBJECT_QUERY,
      response: {
        200: object({
          month: TEXT,
          spent: MONEY,
          projected: MONEY,
          unpricedCalls: UNPRICED_CALLS,
          days: COUNT,
          method: TEXT,
        }),
      },
    },
    handler: async ({ project, query }) => {
      const now = new Date(context.clock());
      const first = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
      const fromMs = Math.min(first, today() - FORECAST_DAYS * DAY_MS);
      const userIds = await idsOf(project, query);
      const usage = await store.alerting.readOwnUsage({
        project,
        fromMs,
        toMs: today() + DAY_MS,
        ...(userIds === undefined ? {} : { userIds }),
      });
      const month = now.toISOString().slice(0, 7);
      const forecast = forecastOf({
        days: usage.days,
        isWithin: (day) => day.startsWith(month),
        nowMs: now.getTime(),
        endMs: Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1),
        period: 'month',
      });
      return { month, ...forecast };
    },
  });

  app.route<{ Querystring: Static<typeof EXPLAIN_QUERY> }>({
    method: 'GET',
    url: '/explain',
    config: { permission: 'read' },
    schema: {
      operationId: 'explainChange',
      summary:
        'Why the cost of the last days, until now, differs from that of the same length of time before: calls, tokens per call and price, by model',
      querystring: EXPLAIN_QUERY,
      response: {
        200: object({
          before: MONEY,
          after: MONEY,
          claimedBefore: CLAIMED_MONEY,
          claimedAfter: CLAIMED_MONEY,
          parts: {
            type: 'array',
            items: object({ model: TEXT_OR_NULL, factor: TEXT, difference: MONEY }),
          },
        }),
      },
    },
    handler: async ({ project, query }) => {
      const userIds = await idsOf(project, query);
      const of = { project, ...(userIds === undefined ? {} : { userIds }) };
      // Both ranges have the same length: with whole days, a part of today would be compared with a whole day. The end is
      // after now, because a range does not contain its end.
      const toMs = endOfNow(context.clock() + 1);
      const middleMs = toMs - query.days * DAY_MS;
      const days = { ...of, fromMs: middleMs, toMs };
      const daysBefore = { ...of, fromMs: middleMs - query.days * DAY_MS, toMs: middleMs };
      const after = await store.alerting.readOwnUsage(days);
      const before = await store.alerting.readOwnUsage(daysBefore);
      return {
        before: before.cost,
        after: after.cost,
        claimedBefore: await store.alerting.readClaimedCost(daysBefore),
        claimedAfter: await store.alerting.readClaimedCost(days),
        parts: explainChange(before.models, after.models),
      };
    },
  });
}
