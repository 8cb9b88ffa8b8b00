import type { FastifyInstance } from 'fastify';

import type { ApiContext } from './api-context.ts';
import { rangeBefore, showRange } from '../storage/read/query/range.ts';
import {
  COUNT,
  FIGURE_PROPERTIES,
  FIGURES,
  FLAG,
  MOVER_PROPERTIES,
  NUMBER_OR_NULL,
  object,
  RANGE,
  TEXT,
  TEXT_OR_NULL,
} from './response/shapes.ts';
import type { Shape } from './response/shapes.ts';
import { UNPRICED } from './prices/price-routes.ts';
import { hasSample } from '../maintenance/sample-data.ts';
import { readCallFilter } from './request/read-filters.ts';
import { readRange } from './request/read-range.ts';
import { readUserScope } from './request/read-scope.ts';
import { SCOPE_QUERY } from './request/query-shapes.ts';
import { Type } from './request/schema.ts';
import type { Static } from 'typebox';

const QUERY = Type.Object({
  ...SCOPE_QUERY,
  movers: Type.Boolean({
    default: true,
    description: 'With `false`, `movers` is null. With many users, finding them takes longer than the rest.',
  }),
});

const TOTALS = {
  users: COUNT,
  newUsers: COUNT,
  ...FIGURE_PROPERTIES,
  coverage: {
    ...object({ calls: NUMBER_OR_NULL, spend: NUMBER_OR_NULL }),
    description:
      'Shares of calls and spend with a known user or of system services; null without calls, and with a filter on users.',
  },
  unattributed: FIGURES,
  system: {
    ...FIGURES,
    description: 'Calls without a user of services that count as system (`PUT /api/system-services/:id`).',
  },
};

export const UNATTRIBUTED: Shape = object({
  service: TEXT_OR_NULL,
  operation: TEXT_OR_NULL,
  scope: TEXT_OR_NULL,
  ...FIGURE_PROPERTIES,
  fix: { ...TEXT, description: 'Example code that names the user of these calls.' },
});

const MOVERS = 10;

/** Usage of a project, its coverage, and changes since the range before. */
export function summaryRoute(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Querystring: Static<typeof QUERY> }>({
    method: 'GET',
    url: '/summary',
    config: { permission: 'read' },
    schema: {
      operationId: 'readSummary',
      summary: 'Usage of the project, its coverage, and the previous range',
      querystring: QUERY,
      response: {
        200: object({
          range: RANGE,
          ...TOTALS,
          unattributedBy: { type: 'array', items: UNATTRIBUTED },
          systemBy: { type: 'array', items: object({ service: TEXT, ...FIGURE_PROPERTIES }) },
          unpriced: { type: 'array', items: UNPRICED },
          misdated: {
            ...object({ future: COUNT, past: COUNT }),
            description:
              'Matching calls of any range that are dated in the future or before 2015, because their senders’ clocks are wrong.',
          },
          before: { anyOf: [object(TOTALS), { type: 'null' }] },
          movers: {
            anyOf: [{ type: 'array', items: object(MOVER_PROPERTIES) }, { type: 'null' }],
            description: 'Users whose cost changed most; null with `movers=false`.',
          },
          empty: { ...FLAG, description: 'true if nothing has been received yet.' },
          sample: { ...FLAG, description: 'Whether sample data is present.' },
        }),
      },
    },
    handler: async ({ project, query }) => {
      const range = readRange(query, context.clock());
      const filter = readCallFilter(query);
      const before = rangeBefore(range, context.clock());
      const { store } = context;
      const scope = await readUserScope(context, project, query);
      const of = { project, range, filter, scope };
      const readMovers = async (): Promise<readonly object[]> =>
        before === undefined ? [] : store.users.readMovers({ ...of, before, limit: MOVERS });
      const [{ totals, ...beside }, unattributedBy, systemBy, misdated, sample, isFilled, movers] =
        await Promise.all([
          store.usage.readSummary({ ...of, before }),
          store.usage.readUnattributed(of, 20),
          store.usage.readSystemUsage(of),
          store.usage.countMisdated({ project, filter, scope }, context.clock()),
          hasSample(context.pipeline, project),
          store.size.hasSpans(project),
          query.movers ? readMovers() : null,
        ]);
      const unpriced = totals.unpricedCalls === 0 ? [] : await context.store.usage.readUnpriced(of);
      return {
        range: showRange(range),
        ...totals,
        unattributedBy,
        systemBy,
        unpriced,
        misdated,
        ...beside,
        movers,
        empty: !isFilled,
        sample,
      };
    },
  });
}
