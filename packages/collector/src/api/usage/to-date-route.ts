import { fromUnits, toUnits } from '@userspan/ledger';
import type { FastifyInstance } from 'fastify';
import { Type } from '../request/schema.ts';
import type { Static } from 'typebox';

import { Calendar } from '../../metering/calendar.ts';
import type { Period } from '../../metering/calendar.ts';
import { FORECAST_DAYS, forecastOf } from '../../metering/forecast.ts';
import { QUARTER_MS } from '../../storage/read/query/range.ts';
import { checkTimeZone } from '../../storage/read/usage/series-query.ts';
import type { SeriesPoint } from '../../storage/read/usage/series-query.ts';
import type { ApiContext } from '../api-context.ts';
import { FILTER_QUERY, USER_FILTER_QUERY } from '../request/query-shapes.ts';
import { readCallFilter } from '../request/read-filters.ts';
import { readUserScope } from '../request/read-scope.ts';
import { COUNT, MONEY, object, TEXT, TIME } from '../response/shapes.ts';

const DAY_MS = 86_400_000;

const QUERY = Type.Object({
  ...FILTER_QUERY,
  ...USER_FILTER_QUERY,
  tz: Type.Optional(
    Type.String({ description: 'Time zone of months and quarters, like Europe/Berlin. Default UTC.' }),
  ),
});

const PERIOD = object({
  name: { ...TEXT, description: '`2026-11`, or `2026-Q4`.' },
  from: TIME,
  to: { ...TIME, description: 'When the period ends.' },
  calls: COUNT,
  unpricedCalls: { ...COUNT, description: 'Calls without a price, which amounts exclude.' },
  spent: MONEY,
  claimedCalls: {
    ...COUNT,
    description:
      'In addition to `calls` (`--claimed separate`), included in them (`count`), or 0 (`ignore`).',
  },
  claimedSpent: { ...MONEY, description: 'Cost of the claimed calls, an exact decimal of US dollars.' },
  projected: { ...MONEY, description: 'Projected cost at the end of the period.' },
  projectedUnpricedCalls: {
    ...COUNT,
    description:
      'Calls without a price in the period and in the averaged days. If there are any, `projected` is a lower bound.',
  },
  method: { ...TEXT, description: 'Method of the projection.' },
});

/** Cost of this month and quarter so far, and their forecasts. */
export function toDateRoute(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Querystring: Static<typeof QUERY> }>({
    method: 'GET',
    url: '/to-date',
    config: { permission: 'read' },
    schema: {
      operationId: 'readToDate',
      summary: 'Cost of this month and this quarter so far, and their projected cost, with any filter',
      querystring: QUERY,
      response: { 200: object({ tz: TEXT, month: PERIOD, quarter: PERIOD }) },
    },
    handler: async ({ project, query }) => {
      const timeZone = checkTimeZone(query.tz);
      const calendar = new Calendar(timeZone);
      const nowMs = context.clock();
      const { month, quarter } = calendar.periodsOf(nowMs);
      const fromMs = Math.min(quarter.fromMs, nowMs - (FORECAST_DAYS + 1) * DAY_MS);
      const { data } = await context.store.usage.readSeries({
        project,
        range: { fromMs: floorQuarter(fromMs), toMs: floorQuarter(nowMs) + QUARTER_MS },
        filter: readCallFilter(query),
        scope: await readUserScope(context, project, query),
        bucket: 'day',
        timeZone,
      });
      const points = new Map(data.map((point) => [calendar.dayOf(Date.parse(point.at)).day, point]));
      const days = daysBetween(fromMs, nowMs, calendar);
      const show = (period: Period, of: 'month' | 'quarter'): object =>
        showPeriod(period, { of, days, points, nowMs });
      return { tz: timeZone, month: show(month, 'month'), quarter: show(quarter, 'quarter') };
    },
  });
}

function floorQuarter(ms: number): number {
  return Math.floor(ms / QUARTER_MS) * QUARTER_MS;
}

interface Day {
  readonly day: string;
  readonly month: string;
  readonly quarter: string;
}

/** Every day between two times, including days with 23 or 25 hours and days without calls. */
function daysBetween(fromMs: number, toMs: number, calendar: Calendar): readonly Day[] {
  const days = new Map<string, Day>();
  for (let at = fromMs; at < toMs; at += DAY_MS / 4) {
    const day = calendar.dayOf(at);
    days.set(day.day, day);
  }
  const last = calendar.dayOf(toMs);
  days.set(last.day, last);
  return [...days.values()];
}

function showPeriod(
  { name, fromMs, toMs }: Period,
  input: {
    readonly of: 'month' | 'quarter';
    readonly days: readonly Day[];
    readonly points: ReadonlyMap<string, SeriesPoint>;
    readonly nowMs: number;
  },
): object {
  const { of, days, points, nowMs } = input;
  const within = new Set(days.filter((day) => day[of] === name).map(({ day }) => day));
  const costs = days.map(({ day }) => {
    const { calls = 0, costExact, unpricedCalls = 0 } = points.get(day) ?? {};
    return { day, calls, cost: costExact ?? '0', unpricedCalls };
  });
  const { spent, projected, unpricedCalls, method } = forecastOf({
    days: costs,
    isWithin: (day) => within.has(day),
    nowMs,
    endMs: toMs,
    period: of,
  });
  const inside = [...within].flatMap((day) => points.get(day) ?? []);
  return {
    name,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    calls: inside.reduce((sum, { calls }) => sum + calls, 0),
    unpricedCalls: inside.reduce((sum, { unpricedCalls }) => sum + unpricedCalls, 0),
    spent,
    claimedCalls: inside.reduce((sum, { claimedCalls }) => sum + claimedCalls, 0),
    claimedSpent: fromUnits(
      inside.reduce((sum, { claimedCostExact }) => sum + toUnits(claimedCostExact ?? '0'), 0n),
    ),
    projected,
    projectedUnpricedCalls: unpricedCalls,
    method,
  };
}
