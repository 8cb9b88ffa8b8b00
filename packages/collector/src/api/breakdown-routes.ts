import type { FastifyInstance } from 'fastify';

import type { ApiContext } from './api-context.ts';
import { BREAKDOWN_SORTS, listBreakdown } from '../storage/read/usage/breakdown-query.ts';
import type { BreakdownRow, BreakdownSort } from '../storage/read/usage/breakdown-query.ts';
import { decodeCursor } from '../storage/read/query/cursor.ts';
import { readFacets } from '../storage/read/usage/facets-query.ts';
import { FIGURE_COLUMNS } from '../storage/read/usage/figures.ts';
import type { Figures } from '../storage/read/usage/figures.ts';
import { pageOf, sendList } from './response/list-reply.ts';
import { showRange } from '../storage/read/query/range.ts';
import {
  COUNT,
  FIGURE_PROPERTIES,
  FILTER_QUERY,
  LIST_QUERY,
  listOf,
  object,
  RANGE,
  RANGE_QUERY,
  TEXT_OR_NULL,
  TEXTS,
} from './response/shapes.ts';
import type { Shape } from './response/shapes.ts';
import { readCallFilter } from './request/read-filters.ts';
import { readRange } from './request/read-range.ts';

interface BreakdownRequest {
  readonly from?: string;
  readonly to?: string;
  readonly sort: BreakdownSort;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly cursor?: string;
}

interface Shown extends Figures {
  readonly group?: string | null;
  readonly model?: string | null;
  readonly provider?: string | null;
  readonly users: number;
}

const QUERY: Shape = {
  type: 'object',
  properties: {
    ...RANGE_QUERY,
    ...FILTER_QUERY,
    ...LIST_QUERY,
    sort: { type: 'string', enum: [...BREAKDOWN_SORTS], default: 'cost' },
    order: { type: 'string', enum: ['asc', 'desc'], default: 'desc' },
  },
};

const KEYS = { group: ['group'], model: ['model', 'provider'] } as const;

function show(of: 'group' | 'model', row: BreakdownRow): Shown {
  const key = row.key || null;
  const named = of === 'group' ? { group: key } : { model: key, provider: row.provider || null };
  return { ...named, users: row.users, ...row.figures };
}

/** Groups of users, models, and what filters can be set to. */
export function breakdownRoutes(app: FastifyInstance, context: ApiContext): void {
  for (const of of ['group', 'model'] as const) {
    app.route<{ Querystring: BreakdownRequest }>({
      method: 'GET',
      url: `/${of}s`,
      config: { scope: 'read' },
      schema: {
        operationId: of === 'group' ? 'listGroups' : 'listModels',
        summary:
          of === 'group' ? 'Groups of users with what they used' : 'Models with what they were used for',
        querystring: QUERY,
        response: {
          200: listOf(
            object({
              ...Object.fromEntries(KEYS[of].map((key) => [key, TEXT_OR_NULL])),
              users: COUNT,
              ...FIGURE_PROPERTIES,
            }),
            { range: RANGE },
          ),
        },
      },
      handler: async (request, reply) => {
        const { project, query } = request;
        const range = readRange(query);
        const filter = readCallFilter(query as unknown as Readonly<Record<string, unknown>>);
        return sendList<Shown>(request, reply, {
          columns: [...KEYS[of], 'users', ...FIGURE_COLUMNS, 'averageCost'],
          limit: query.limit,
          after: decodeCursor(query.cursor, 3),
          page: async (limit, after) => {
            const rows = await listBreakdown(context.store, {
              project,
              range,
              filter,
              of,
              sort: query.sort,
              isDescending: query.order === 'desc',
              limit: limit + 1,
              ...(after === undefined ? {} : { after }),
            });
            return pageOf(
              rows,
              limit,
              (row) => show(of, row),
              (row) => [row.sortValue, row.key, row.provider],
            );
          },
          beside: async () => ({ range: showRange(range) }),
        });
      },
    });
  }

  app.route({
    method: 'GET',
    url: '/facets',
    config: { scope: 'read' },
    schema: {
      operationId: 'readFacets',
      summary: 'What filters can be set to, the most frequent first',
      response: {
        200: object({
          models: TEXTS,
          services: TEXTS,
          tags: TEXTS,
          providers: TEXTS,
          operations: TEXTS,
          groups: TEXTS,
          props: {
            type: 'object',
            additionalProperties: { type: 'array', items: { type: ['string', 'number', 'boolean'] } },
          },
        }),
      },
    },
    handler: async ({ project }) => readFacets(context.store, project),
  });
}
