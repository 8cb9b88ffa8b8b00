import { randomUUID } from 'node:crypto';

import { PRICE_LIST_DATE, findModels } from '@userspan/pricing/feed';
import type { FastifyInstance } from 'fastify';

import { priceOptionsOf } from '../../storage/write/project-prices.ts';
import type { ProjectPrice } from '../../storage/write/project-prices.ts';
import type { ApiContext } from '../api-context.ts';
import { notFound } from '../response/problem.ts';
import { COUNT, FLAG, OBJECT, object, TEXT, TEXT_OR_NULL, TIME } from '../response/shapes.ts';
import type { Shape } from '../response/shapes.ts';
import { EVERYBODY } from '../../storage/read/users/matching-keys.ts';
import { FEED, showFeed } from './feed-state.ts';
import { KNOWN_MODEL, MODEL_PRICE, PRICE_QUERY, priceAnswer, readPriceQuery } from './model-price.ts';
import { PRICE_BODY, readPrice, showPrice } from './price-body.ts';
import { Type } from '../request/schema.ts';
import type { Static } from 'typebox';

const PRICE: Shape = object({ id: TEXT, provider: TEXT_OR_NULL, model: TEXT, prices: OBJECT, at: TIME });

const MODELS_QUERY = Type.Object({
  q: Type.Optional(
    Type.String({ maxLength: 256, description: 'Words that the provider or name must contain.' }),
  ),
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 20 }),
});
const PRICE_PARAMS = Type.Object({ id: Type.String({ maxLength: 64 }) });

export const UNPRICED: Shape = object({
  model: TEXT_OR_NULL,
  provider: TEXT_OR_NULL,
  reason: TEXT_OR_NULL,
  needsPrice: {
    ...FLAG,
    description: 'Whether a price would give these calls a cost; false if usage or currency is unknown.',
  },
  calls: COUNT,
  firstSeen: TIME,
  lastSeen: TIME,
});

async function save(
  context: ApiContext,
  project: string,
  price: ProjectPrice,
  isDeleted: 0 | 1,
): Promise<void> {
  const { id, provider, model, prices, atMs } = price;
  // Another collector may have added a price. The new one needs a higher version, independent of clocks.
  await context.pipeline.refresh();
  await context.pipeline.writeRows(`price-${randomUUID()}`, ({ rows, version }) => {
    const row = JSON.stringify({ provider, model, prices });
    rows.add('prices', [project, id, row, String(atMs), String(version), isDeleted]);
  });
  await context.pipeline.refresh();
}

/** Routes for a project's own prices, the price of any model, and unpriced calls. */
export function priceRoutes(app: FastifyInstance, context: ApiContext): void {
  const pricesOf = async (project: string): Promise<readonly ProjectPrice[]> =>
    (await context.store.prices.readPrices(project)).get(project) ?? [];

  app.route<{ Querystring: Static<typeof PRICE_QUERY> }>({
    method: 'GET',
    url: '/prices',
    config: { permission: 'read' },
    schema: {
      operationId: 'listPrices',
      summary:
        'Own prices of the project, calls without a cost, and the price feed; with `model`, the price of the model at a time',
      querystring: PRICE_QUERY,
      response: {
        200: object(
          {
            data: { type: 'array', items: PRICE },
            unpriced: { type: 'array', items: UNPRICED },
            list: object({ day: { type: 'string', format: 'date' } }),
            feed: FEED,
          },
          { price: MODEL_PRICE, reason: TEXT_OR_NULL },
        ),
      },
    },
    handler: async ({ project, query }) => {
      const asked = readPriceQuery(query, context.clock());
      const [prices, unpriced] = await Promise.all([
        pricesOf(project),
        context.store.usage.readUnpriced({ project, range: {}, filter: {}, scope: EVERYBODY }),
      ]);
      const inUse = context.pipeline.pricesWith(priceOptionsOf(prices));
      return {
        data: prices.map(showPrice),
        unpriced,
        list: { day: PRICE_LIST_DATE },
        feed: showFeed(context.feedState?.()),
        ...(asked === undefined ? {} : priceAnswer(asked, inUse)),
      };
    },
  });

  app.route<{ Querystring: Static<typeof MODELS_QUERY> }>({
    method: 'GET',
    url: '/prices/models',
    config: { permission: 'read' },
    schema: {
      operationId: 'findModels',
      summary: 'Finds models with a price by words of their provider and name',
      querystring: MODELS_QUERY,
      response: { 200: object({ data: { type: 'array', items: KNOWN_MODEL } }) },
    },
    handler: async ({ project, query }) => {
      const inUse = context.pipeline.pricesWith(priceOptionsOf(await pricesOf(project)));
      return {
        data: findModels(query.q ?? '', query.limit, inUse).map((model) => ({
          ...model,
          provider: model.provider ?? null,
        })),
      };
    },
  });

  app.route<{ Body: Static<typeof PRICE_BODY> }>({
    method: 'POST',
    url: '/prices',
    config: { permission: 'admin' },
    schema: {
      operationId: 'addPrice',
      summary: 'Adds a price. It applies to new calls at once, and to stored calls after a repricing.',
      body: PRICE_BODY,
      response: { 201: PRICE },
    },
    handler: async ({ project, body }, reply) => {
      const price = readPrice(body, context.clock());
      await save(context, project, price, 0);
      return reply.code(201).send(showPrice(price));
    },
  });

  app.route<{ Params: Static<typeof PRICE_PARAMS> }>({
    method: 'DELETE',
    url: '/prices/:id',
    config: { permission: 'admin' },
    schema: {
      operationId: 'removePrice',
      summary: 'Removes a price. Calls that it priced keep their cost.',
      params: PRICE_PARAMS,
      response: { 200: PRICE },
    },
    handler: async ({ project, params }) => {
      const price = (await pricesOf(project)).find(({ id }) => id === params.id);
      if (price === undefined) throw notFound('price');
      await save(context, project, price, 1);
      return showPrice(price);
    },
  });
}
