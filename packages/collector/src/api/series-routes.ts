import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { ApiContext } from './api-context.ts';
import { decodeCursor } from '../storage/read/query/cursor.ts';
import { positionOf, readChargeback } from '../storage/read/usage/chargeback-query.ts';
import type { ChargebackRow } from '../storage/read/usage/chargeback-query.ts';
import { FIGURE_COLUMNS } from '../storage/read/usage/figures.ts';
import { pageOf, sendList } from './response/list-reply.ts';
import { Problem } from './response/problem.ts';
import { showRange } from '../storage/read/query/range.ts';
import { BUCKETS, checkTimeZone, readSeries, SERIES_KEYS } from '../storage/read/usage/series-query.ts';
import type { Bucket, SeriesKey, SeriesQuery } from '../storage/read/usage/series-query.ts';
import {
  FILTER_QUERY,
  FLAG,
  ID_PARAMS,
  RANGE_QUERY,
  SERIES,
  TEXT,
  USER_FILTER_QUERY,
} from './response/shapes.ts';
import type { Shape } from './response/shapes.ts';
import { knownIds } from './user-routes.ts';
import { readCallFilter } from './request/read-filters.ts';
import { readRange } from './request/read-range.ts';
import { readUserScope } from './request/read-scope.ts';

interface SeriesRequest {
  readonly from?: string;
  readonly to?: string;
  readonly bucket?: Bucket;
  readonly by?: SeriesKey | 'user';
  readonly tz?: string;
  readonly attributed?: boolean;
  readonly limit?: number;
  readonly cursor?: string;
}

const MAX_PAGE = 500;

const QUERY: Shape = {
  type: 'object',
  properties: {
    ...RANGE_QUERY,
    ...FILTER_QUERY,
    bucket: { type: 'string', enum: [...BUCKETS], description: 'Default day; by user, month.' },
    by: {
      type: 'string',
      enum: [...SERIES_KEYS],
      description: 'By tag, a call with two tags counts under each of them; `total` has it once.',
    },
    tz: { ...TEXT, description: 'Time zone of days, weeks and months, like Europe/Berlin. Default UTC.' },
  },
};

async function answer(
  context: ApiContext,
  project: string,
  { by, ...query }: SeriesRequest & { readonly by?: SeriesKey },
  whose: Pick<SeriesQuery, 'userIds' | 'isAttributed' | 'scope'>,
): Promise<object> {
  const { bucket = 'day' } = query;
  const range = readRange(query);
  const timeZone = checkTimeZone(query.tz);
  const { data, total } = await readSeries(context.store, {
    project,
    range,
    filter: readCallFilter(query),
    bucket,
    timeZone,
    ...(by === undefined ? {} : { by }),
    ...whose,
  });
  return { bucket, tz: timeZone, by: by ?? null, range: showRange(range), data, total };
}

const CHARGEBACK_COLUMNS: readonly (keyof ChargebackRow)[] = [
  'at',
  'key',
  'name',
  'email',
  'group',
  'model',
  'provider',
  ...FIGURE_COLUMNS,
];

/** The chargeback table: each user with each model by time, in pages, or whole as CSV or NDJSON. */
async function answerByUser(
  context: ApiContext,
  request: FastifyRequest<{ Querystring: SeriesRequest }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { project, query } = request;
  const { bucket = 'month', attributed } = query;
  const range = readRange(query);
  const timeZone = checkTimeZone(query.tz);
  const asked = {
    project,
    range,
    filter: readCallFilter(query as unknown as Readonly<Record<string, unknown>>),
    bucket,
    timeZone,
    scope: await readUserScope(context, project, query),
    ...(attributed === undefined ? {} : { isAttributed: attributed }),
  };
  return sendList<ChargebackRow>(request, reply, {
    columns: CHARGEBACK_COLUMNS,
    limit: query.limit ?? MAX_PAGE,
    after: decodeCursor(query.cursor, 4),
    page: async (limit, after) =>
      pageOf(
        await readChargeback(context.store, { ...asked, limit: limit + 1, after }),
        limit,
        (row) => row,
        positionOf,
      ),
    beside: async () => {
      const { total } = await readSeries(context.store, asked);
      return { bucket, tz: timeZone, by: 'user', range: showRange(range), total };
    },
  });
}

/** What was used over time. */
export function seriesRoutes(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Querystring: SeriesRequest }>({
    method: 'GET',
    url: '/usage',
    config: { scope: 'read' },
    schema: {
      operationId: 'readUsage',
      summary: 'What the project used over time',
      querystring: {
        ...QUERY,
        properties: {
          ...(QUERY['properties'] as Shape),
          by: {
            type: 'string',
            enum: [...SERIES_KEYS, 'user'],
            description:
              'By user: each user with each model, in pages of `limit`, or whole as text/csv. By tag, a call with two tags counts under each of them; `total` has it once.',
          },
          limit: { type: 'integer', minimum: 1, maximum: MAX_PAGE, description: 'Of rows by user.' },
          cursor: { ...TEXT, maxLength: 8192, description: '`nextCursor` of the page before, by user.' },
          ...USER_FILTER_QUERY,
          attributed: { ...FLAG, description: 'Only calls that have a user, or only those that have none.' },
        },
      },
      response: { 200: SERIES },
    },
    handler: async (request, reply) => {
      const { project, query } = request;
      const { by, ...others } = query;
      if (by === 'user') return answerByUser(context, request, reply);
      const lonely = (['limit', 'cursor'] as const).find((name) => query[name] !== undefined);
      if (lonely !== undefined) throw new Problem(400, `${lonely} is for by=user; other series come whole.`);
      const whose = {
        scope: await readUserScope(context, project, query),
        ...(query.attributed === undefined ? {} : { isAttributed: query.attributed }),
      };
      return answer(context, project, by === undefined ? others : { ...others, by }, whose);
    },
  });

  app.route<{ Params: { id: string }; Querystring: SeriesRequest & { readonly by?: SeriesKey } }>({
    method: 'GET',
    url: '/users/:id/usage',
    config: { scope: 'read' },
    schema: {
      operationId: 'readUserUsage',
      summary: 'What a user used over time',
      params: ID_PARAMS,
      querystring: QUERY,
      response: { 200: SERIES },
    },
    handler: async ({ project, params, query }) =>
      answer(context, project, query, { userIds: await knownIds(context, project, params.id) }),
  });
}
