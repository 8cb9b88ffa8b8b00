import type { PriceOptions } from '@userspan/pricing';
import type { FastifyInstance } from 'fastify';

import { repriceCalls } from '../../maintenance/reprice-calls.ts';
import { priceOptionsOf } from '../../storage/write/project-prices.ts';
import type { ProjectPrice } from '../../storage/write/project-prices.ts';
import type { ApiContext } from '../api-context.ts';
import { readRange } from '../request/read-range.ts';
import { notFound, Problem } from '../response/problem.ts';
import { COUNT, FLAG, object, TEXT, TEXT_OR_NULL } from '../response/shapes.ts';
import type { Shape } from '../response/shapes.ts';
import { PRICE_BODY, readPrice } from './price-body.ts';
import { RANGE_QUERY } from '../request/query-shapes.ts';
import { Type } from '../request/schema.ts';
import type { Static } from 'typebox';

const PART: Shape = {
  calls: COUNT,
  changed: COUNT,
  before: TEXT,
  after: TEXT,
  unpricedBefore: { ...COUNT, description: 'Calls without a cost, which `before` excludes.' },
  unpricedAfter: COUNT,
};

const BODY = Type.Object(
  {
    ...RANGE_QUERY,
    model: Type.Optional(Type.String({ maxLength: 1024 })),
    dryRun: Type.Optional(Type.Boolean({ default: true })),
    price: Type.Optional(
      Type.Object(PRICE_BODY.properties, {
        additionalProperties: false,
        description: 'In a dry run: a price that has not been added yet. Only calls that it changes.',
      }),
    ),
    priceId: Type.Optional(
      Type.String({ maxLength: 64, description: 'A price of the project. Only calls that it changes.' }),
    ),
  },
  { additionalProperties: false },
);

/** Recalculates the cost of past calls. */
export function repriceRoute(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Body: Static<typeof BODY> }>({
    method: 'POST',
    url: '/reprice',
    config: { permission: 'admin' },
    schema: {
      operationId: 'reprice',
      summary:
        'Recalculates the cost of calls with the current prices; a dry run only reports what would change',
      body: BODY,
      response: {
        200: object({
          dryRun: FLAG,
          ...PART,
          difference: TEXT,
          models: { type: 'array', items: object({ model: TEXT, ...PART }) },
          users: { type: 'array', items: object({ userId: TEXT_OR_NULL, ...PART }) },
        }),
      },
    },
    handler: async ({ project, body }) => {
      const isDryRun = body.dryRun ?? true;
      if (body.price !== undefined && !isDryRun)
        throw new Problem(400, 'Add the price first. Only a dry run accepts a price in the body.');
      if (body.price !== undefined && body.priceId !== undefined)
        throw new Problem(400, 'Give price or priceId, not both.');
      // Calls with a wrong clock are priced, too.
      const range = readRange(body, Number.POSITIVE_INFINITY);
      const own = (await context.store.prices.readPrices(project)).get(project) ?? [];
      const added =
        body.price === undefined
          ? own.find(({ id }) => id === body.priceId)
          : readPrice(body.price, context.clock());
      if (added === undefined && body.priceId !== undefined) throw notFound('price');
      const others = own.filter(({ id }) => id !== added?.id);
      const pricesWith = (prices: readonly ProjectPrice[]): PriceOptions | undefined =>
        context.pipeline.pricesWith(priceOptionsOf(prices));
      const repricing = await repriceCalls(context.pipeline, {
        project,
        fromNs: BigInt(range.fromMs ?? 0) * 1_000_000n,
        toNs: range.toMs === undefined ? 2n ** 63n - 1n : BigInt(range.toMs) * 1_000_000n,
        isDryRun,
        ...(added === undefined
          ? { prices: pricesWith(own) }
          : {
              prices: pricesWith(body.price === undefined ? own : [...others, added]),
              baseline: { prices: pricesWith(others) },
              modelPrefix: added.model.toLowerCase(),
            }),
        ...(body.model === undefined ? {} : { model: body.model }),
      });
      return { dryRun: isDryRun, ...repricing };
    },
  });
}
