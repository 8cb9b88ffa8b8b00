import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { ApiContext } from './api-context.ts';
import { decodeCursor } from '../storage/read/query/cursor.ts';
import { positionOf } from '../storage/read/usage/chargeback-query.ts';
import type { ChargebackRow } from '../storage/read/usage/chargeback-query.ts';
import { FIGURE_COLUMNS } from '../storage/read/usage/figures.ts';
import { formatOf, pageOf, sendList } from './response/list-reply.ts';
import type { Page } from './response/list-reply.ts';
import { Problem } from './response/problem.ts';
import { showRange } from '../storage/read/query/range.ts';
import { BUCKETS, checkTimeZone, SERIES_KEYS } from '../storage/read/usage/series-query.ts';
import type { SeriesPoint, SeriesQuery } from '../storage/read/usage/series-query.ts';
import { SERIES } from './response/shapes.ts';
import { knownIds } from './user-routes.ts';
import { readCallFilter } from './request/read-filters.ts';
import { readRange } from './request/read-range.ts';
import { readUserScope } from './request/read-scope.ts';
import {
  ATTRIBUTED,
  RANGE_QUERY,
  FILTER_QUERY,
  USER_FILTER_QUERY,
  ID_PARAMS,
} from './request/query-shapes.ts';
import { Type } from './request/schema.ts';
import type { Static } from 'typebox';

const MAX_PAGE = 500;

const USER_QUERY = Type.Object({
  ...RANGE_QUERY,
  ...FILTER_QUERY,
  bucket: Type.Optional(Type.Enum(BUCKETS, { description: 'Default day; by user, month.' })),
  by: Type.Optional(
    Type.Enum(SERIES_KEYS, {
      description: 'By tag, a call with two tags counts for both; `total` counts it once.',
    }),
  ),
  tz: Type.Optional(
    Type.String({ description: 'Time zone of days, weeks and months, like Europe/Berlin. Default UTC.' }),
  ),
});

const QUERY = Type.Object({
  ...USER_QUERY.properties,
  by: Type.Optional(
    Type.Enum([...SERIES_KEYS, 'user'], {
      description:
        'By user: each user with each model, in pages of `limit`, or whole as text/csv. By tag, a call with two tags counts for both; `total` counts it once.',
    }),
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_PAGE,
      description: 'Maximum number of rows; only for `by=user`.',
    }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 8192, description: '`nextCursor` of the previous page; only for `by=user`.' }),
  ),
  ...USER_FILTER_QUERY,
  attributed: ATTRIBUTED,
});

type SeriesRequest = Static<typeof QUERY>;

const SERIES_COLUMNS: readonly (keyof SeriesPoint)[] = ['at', 'key', ...FIGURE_COLUMNS, 'rest'];

/** Answers with a complete series: as JSON with the total of all calls, or as a table of its points. */
async function sendSeries(
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  { by, bucket = 'day', ...query }: Static<typeof USER_QUERY>,
  users: Pick<SeriesQuery, 'userIds' | 'isAttributed' | 'scope'>,
): Promise<FastifyReply> {
  const range = readRange(query, context.clock());
  const timeZone = checkTimeZone(query.tz);
  const { data, total } = await context.store.usage.readSeries({
    project: request.project,
    range,
    filter: readCallFilter(query),
    bucket,
    timeZone,
    ...(by === undefined ? {} : { by }),
    ...users,
  });
  if (formatOf(request.headers.accept) !== 'json') {
    const page = async (): Promise<Page<SeriesPoint>> => ({ rows: data });
    return sendList(request, reply, { columns: SERIES_COLUMNS, limit: data.length, after: undefined, page });
  }
  reply.header('vary', 'accept');
  return reply.send({ bucket, tz: timeZone, by: by ?? null, range: showRange(range), data, total });
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

/** The chargeback table by period, user and model: in pages, or complete as CSV or NDJSON. */
async function answerByUser(
  context: ApiContext,
  request: FastifyRequest<{ Querystring: SeriesRequest }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { project, query } = request;
  const { bucket = 'month', attributed } = query;
  const range = readRange(query, context.clock());
  const timeZone = checkTimeZone(query.tz);
  const asked = {
    project,
    range,
    filter: readCallFilter(query),
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
        await context.store.usage.readChargeback({ ...asked, limit: limit + 1, after }),
        limit,
        (row) => row,
        positionOf,
      ),
    beside: async () => {
      const { total } = await context.store.usage.readSeries(asked);
      return { bucket, tz: timeZone, by: 'user', range: showRange(range), total };
    },
  });
}

/** Routes for usage over time. */
export function seriesRoutes(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Querystring: SeriesRequest }>({
    method: 'GET',
    url: '/usage',
    config: { permission: 'read' },
    schema: {
      operationId: 'readUsage',
      summary: 'Usage of the project over time',
      querystring: QUERY,
      response: { 200: SERIES },
    },
    handler: async (request, reply) => {
      const { project, query } = request;
      const { by, ...others } = query;
      if (by === 'user') return answerByUser(context, request, reply);
      const onlyByUser = (['limit', 'cursor'] as const).find((name) => query[name] !== undefined);
      if (onlyByUser !== undefined)
        throw new Problem(400, `${onlyByUser} can be used with by=user only; other series have no pages.`);
      const users = {
        scope: await readUserScope(context, project, query),
        ...(query.attributed === undefined ? {} : { isAttributed: query.attributed }),
      };
      return sendSeries(context, request, reply, by === undefined ? others : { ...others, by }, users);
    },
  });

  app.route<{ Params: Static<typeof ID_PARAMS>; Querystring: Static<typeof USER_QUERY> }>({
    method: 'GET',
    url: '/users/:id/usage',
    config: { permission: 'read' },
    schema: {
      operationId: 'readUserUsage',
      summary: 'Usage of a user over time',
      params: ID_PARAMS,
      querystring: USER_QUERY,
      response: { 200: SERIES },
    },
    handler: async (request, reply) =>
      sendSeries(context, request, reply, request.query, {
        userIds: await knownIds(context, request.project, request.params.id),
      }),
  });
}
