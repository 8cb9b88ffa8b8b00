import type { FastifyInstance } from 'fastify';

import { checkRollups, findUnlistedUsers } from '../maintenance/check-rollups.ts';
import type { UnlistedUser } from '../storage/read/rollups/rollup-reader.ts';
import type { Difference } from '../storage/read/rollups/differences.ts';
import { repairProjectRollups } from '../maintenance/repair-rollups.ts';
import type { ApiContext } from './api-context.ts';
import { showDecimal } from '../storage/read/usage/figures.ts';
import { COUNT, object, TEXT, TEXT_OR_NULL } from './response/shapes.ts';

const DAY_MS = 86_400_000;

const DIFFERENCE = object({
  rollup: {
    ...TEXT,
    description: 'Table of the wrong sum, such as `usage_day`.',
  },
  day: { ...TEXT_OR_NULL, description: '`YYYY-MM-DD`; null for threads.' },
  userId: { ...TEXT_OR_NULL, description: 'Null for unattributed calls, and for totals.' },
  calls: {
    ...TEXT,
    description: 'Number of calls that the sum lacks; negative if it has too many.',
  },
  tokens: TEXT,
  cost: { ...TEXT, description: 'US dollars, exact.' },
  spans: {
    ...COUNT,
    description:
      'Number of spans that name the user, if the table says that there are none. 0 for a wrong sum.',
  },
});

function showUnlisted({ table, at, userId, spans }: UnlistedUser): object {
  const day = table === 'usage_day' ? at : Math.floor(at / 86_400);
  return {
    rollup: table,
    day: new Date(day * DAY_MS).toISOString().slice(0, 10),
    userId,
    calls: '0',
    tokens: '0',
    cost: '0',
    spans,
  };
}

function show({ table, day, userId, calls, tokens, cost }: Difference): object {
  return {
    rollup: table,
    day: day === undefined ? null : new Date(day * DAY_MS).toISOString().slice(0, 10),
    userId: userId || null,
    calls,
    tokens,
    cost: showDecimal(cost),
    spans: 0,
  };
}

/** Routes that compare the sums of pages with the calls, and repair them. */
export function rollupRoutes(app: FastifyInstance, { pipeline }: ApiContext): void {
  app.route({
    method: 'GET',
    url: '/rollups/differences',
    config: { permission: 'admin' },
    schema: {
      operationId: 'readDifferences',
      summary:
        'Compares all sums with their calls, and users with their spans, and returns the differences. Reads all data.',
      response: { 200: object({ data: { type: 'array', items: DIFFERENCE } }) },
    },
    handler: async ({ project }) => ({
      data: [
        ...(await checkRollups(pipeline, { project })).map(show),
        ...(await findUnlistedUsers(pipeline, { project })).map(showUnlisted),
      ],
    }),
  });

  app.route({
    method: 'POST',
    url: '/rollups/repair',
    config: { permission: 'admin' },
    schema: {
      operationId: 'repairRollups',
      summary: 'Corrects sums that differ from their calls, and lists users whom spans name',
      response: { 200: object({ rows: COUNT }) },
    },
    handler: async ({ project }) => ({ rows: await repairProjectRollups(pipeline, project) }),
  });
}
