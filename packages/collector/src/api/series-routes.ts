import type { FastifyInstance } from 'fastify';

import type { ApiContext } from './api-context.ts';
import { showRange } from '../storage/read/query/range.ts';
import { BUCKETS, checkTimeZone, readSeries, SERIES_KEYS } from '../storage/read/usage/series-query.ts';
import type { Bucket, SeriesKey, SeriesQuery } from '../storage/read/usage/series-query.ts';
import { FILTER_QUERY, FLAG, ID_PARAMS, RANGE_QUERY, SERIES, TEXT } from './response/shapes.ts';
import type { Shape } from './response/shapes.ts';
import { knownIds } from './user-routes.ts';
import { readCallFilter } from './request/read-filters.ts';
import { readRange } from './request/read-range.ts';

interface SeriesRequest {
  readonly from?: string;
  readonly to?: string;
  readonly bucket: Bucket;
  readonly by?: SeriesKey;
  readonly tz?: string;
  readonly attributed?: boolean;
}

const QUERY: Shape = {
  type: 'object',
  properties: {
    ...RANGE_QUERY,
    ...FILTER_QUERY,
    bucket: { type: 'string', enum: [...BUCKETS], default: 'day' },
    by: { type: 'string', enum: [...SERIES_KEYS] },
    tz: { ...TEXT, description: 'Time zone of days, weeks and months, like Europe/Berlin. Default UTC.' },
  },
};

async function answer(
  context: ApiContext,
  project: string,
  query: SeriesRequest,
  whose: Pick<SeriesQuery, 'userIds' | 'isAttributed'>,
): Promise<object> {
  const range = readRange(query);
  const timeZone = checkTimeZone(query.tz);
  const data = await readSeries(context.store, {
    project,
    range,
    filter: readCallFilter(query as unknown as Readonly<Record<string, unknown>>),
    bucket: query.bucket,
    timeZone,
    ...(query.by === undefined ? {} : { by: query.by }),
    ...whose,
  });
  return { bucket: query.bucket, tz: timeZone, by: query.by ?? null, range: showRange(range), data };
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
          attributed: { ...FLAG, description: 'Only calls that have a user, or only those that have none.' },
        },
      },
      response: { 200: SERIES },
    },
    handler: async ({ project, query }) =>
      answer(
        context,
        project,
        query,
        query.attributed === undefined ? {} : { isAttributed: query.attributed },
      ),
  });

  app.route<{ Params: { id: string }; Querystring: SeriesRequest }>({
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
