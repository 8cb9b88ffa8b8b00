import type { FastifyInstance } from 'fastify';

import { decodeCursor } from '../../storage/read/query/cursor.ts';
import { rangeBefore, showRange } from '../../storage/read/query/range.ts';
import type { BreakdownOf } from '../../storage/read/usage/breakdown-query.ts';
import { BEFORE_NAMES, FIGURE_COLUMNS } from '../../storage/read/usage/figures.ts';
import type { Figures } from '../../storage/read/usage/figures.ts';
import type { Usage } from '../../storage/read/usage/summary-query.ts';
import type { ApiContext } from '../api-context.ts';
import { readCallFilter } from '../request/read-filters.ts';
import { readInclude } from '../request/read-include.ts';
import { readRange } from '../request/read-range.ts';
import { readUserScope } from '../request/read-scope.ts';
import { sendList } from '../response/list-reply.ts';
import {
  COUNT,
  FACT_PROPERTIES,
  FIGURE_PROPERTIES,
  FIGURES,
  listOf,
  NUMBER_OR_NULL,
  object,
  RANGE,
  TEXT_OR_NULL,
  TEXTS,
  BEFORE_PROPERTIES,
} from '../response/shapes.ts';
import type { Shape } from '../response/shapes.ts';
import { ALL_SORTS, BREAKDOWN_EXTRAS, readRows } from './breakdown-rows.ts';
import type { ShownRow } from './breakdown-rows.ts';
import { LIST_QUERY, ORDER, SCOPE_QUERY } from '../request/query-shapes.ts';
import { Type } from '../request/schema.ts';
import type { Static } from 'typebox';

const QUERY = Type.Object({
  ...SCOPE_QUERY,
  ...LIST_QUERY,
  sort: Type.Enum(ALL_SORTS, { default: 'cost' }),
  order: Type.Optional(ORDER),
  include: Type.Optional(
    Type.String({
      description:
        'Any of `before` (cost and calls of the previous range), `latency` (percentiles, time to the first chunk, threads) and `feedback` (thumbs), separated by commas.',
    }),
  ),
});

interface Breakdown {
  readonly of: BreakdownOf;
  readonly url: string;
  readonly operationId: string;
  readonly summary: string;
  readonly names: readonly (keyof ShownRow)[];
}

const LISTS: readonly Breakdown[] = [
  {
    of: 'group',
    url: '/groups',
    operationId: 'listGroups',
    summary: 'Groups of users with their usage',
    names: ['group'],
  },
  {
    of: 'model',
    url: '/models',
    operationId: 'listModels',
    summary: 'Models with their usage',
    names: ['model', 'provider'],
  },
  {
    of: 'tag',
    url: '/tags',
    operationId: 'listTags',
    summary: 'Tags with their usage. A call with several tags counts for each of them.',
    names: ['tag'],
  },
  {
    of: 'service',
    url: '/services',
    operationId: 'listServices',
    summary: 'Services with their usage',
    names: ['service'],
  },
];

const EXTRA_PROPERTIES: Shape = {
  ...BEFORE_PROPERTIES,
  ...FACT_PROPERTIES,
  thumbsUp: {
    ...COUNT,
    description:
      'Latest thumbs of users on messages and threads of conversations with a call of this row, or on runs in the trace of such a call.',
  },
  thumbsDown: COUNT,
};

/** Routes for groups, models, tags and services, and for values of filters. */
export function breakdownRoutes(app: FastifyInstance, context: ApiContext): void {
  for (const { of, url, operationId, summary, names } of LISTS) {
    app.route<{ Querystring: Static<typeof QUERY> }>({
      method: 'GET',
      url,
      config: { permission: 'read' },
      schema: {
        operationId,
        summary,
        querystring: QUERY,
        response: {
          200: listOf(
            object(
              {
                ...Object.fromEntries(names.map((name) => [name, TEXT_OR_NULL])),
                users: COUNT,
                ...FIGURE_PROPERTIES,
                costPerUser: NUMBER_OR_NULL,
              },
              EXTRA_PROPERTIES,
            ),
            {
              range: RANGE,
              total: {
                type: ['integer', 'null'],
                description: 'Number of rows of the whole list; on the first page only.',
              },
              totals: {
                anyOf: [FIGURES, { type: 'null' }],
                description:
                  'Sums of all matching calls, including those without a row; on the first page only.',
              },
            },
          ),
        },
      },
      handler: async (request, reply) => {
        const { project, query } = request;
        const range = readRange(query, context.clock());
        const filter = readCallFilter(query);
        const scope = await readUserScope(context, project, query);
        const include = readInclude(query.include, BREAKDOWN_EXTRAS);
        const { sort, order = sort === 'name' ? 'asc' : 'desc' } = query;
        const rows = {
          project,
          range,
          filter,
          scope,
          of,
          sort,
          isDescending: order === 'desc',
          include,
          before: rangeBefore(range, context.clock()),
        };
        return sendList<ShownRow>(request, reply, {
          columns: [
            ...names,
            'users',
            ...FIGURE_COLUMNS,
            'averageCost',
            'costPerUser',
            ...(include.has('before') ? BEFORE_NAMES : []),
            ...(include.has('latency') ? FACT_COLUMNS : []),
            ...(include.has('feedback') ? (['thumbsUp', 'thumbsDown'] as const) : []),
          ],
          limit: query.limit,
          after: decodeCursor(query.cursor, 3),
          page: async (limit, after) => {
            const page = await readRows(context, rows, limit, after);
            return { ...page, beside: { total: after === undefined ? page.total : null } };
          },
          beside: async () => ({
            range: showRange(range),
            totals:
              query.cursor === undefined ? figuresAlone(await context.store.usage.readUsage(rows)) : null,
          }),
        });
      },
    });
  }

  app.route({
    method: 'GET',
    url: '/facets',
    config: { permission: 'read' },
    schema: {
      operationId: 'readFacets',
      summary: 'Values of filters, the most frequent first',
      response: {
        200: object({
          models: TEXTS,
          services: TEXTS,
          tags: TEXTS,
          providers: TEXTS,
          operations: TEXTS,
          groups: TEXTS,
          props: { type: 'object', additionalProperties: TEXTS },
        }),
      },
    },
    handler: async ({ project }) => context.store.usage.readFacets(project),
  });
}

const FACT_COLUMNS = Object.keys(FACT_PROPERTIES) as (keyof ShownRow)[];

function figuresAlone({
  coverage: _coverage,
  unattributed: _unattributed,
  system: _system,
  ...figures
}: Usage): Figures {
  return figures;
}
