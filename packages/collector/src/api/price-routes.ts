import { randomUUID } from 'node:crypto';

import type { ModelPrices } from '@userspan/pricing';
import type { FastifyInstance } from 'fastify';

import { priceOptionsOf, readPrices } from '../storage/write/project-prices.ts';
import type { ProjectPrice } from '../storage/write/project-prices.ts';
import { repriceCalls } from '../maintenance/reprice-calls.ts';
import type { ApiContext } from './api-context.ts';
import { notFound, Problem } from './response/problem.ts';
import { COUNT, FLAG, OBJECT, object, RANGE_QUERY, TEXT, TEXT_OR_NULL, TIME } from './response/shapes.ts';
import type { Shape } from './response/shapes.ts';
import { readUnpriced } from '../storage/read/usage/unpriced-query.ts';
import { readRange } from './request/read-range.ts';

const PRICE: Shape = object({ id: TEXT, provider: TEXT_OR_NULL, model: TEXT, prices: OBJECT, at: TIME });

export const UNPRICED: Shape = object({
  model: TEXT_OR_NULL,
  provider: TEXT_OR_NULL,
  reason: TEXT_OR_NULL,
  calls: COUNT,
  firstSeen: TIME,
  lastSeen: TIME,
});

const PART: Shape = { calls: COUNT, changed: COUNT, before: TEXT, after: TEXT };

interface PriceBody {
  readonly provider?: string;
  readonly model: string;
  readonly from?: string;
  readonly usdPerMillion?: Readonly<Record<string, unknown>>;
  readonly items?: Readonly<Record<string, unknown>>;
}

interface RepriceBody {
  readonly from?: string;
  readonly to?: string;
  readonly model?: string;
  readonly dryRun?: boolean;
  /** A price that is not added yet: what would change with it. */
  readonly price?: PriceBody;
}

const PRICE_BODY: Shape = {
  type: 'object',
  required: ['model'],
  additionalProperties: false,
  properties: {
    provider: { ...TEXT, minLength: 1, maxLength: 1024 },
    model: { ...TEXT, minLength: 1, maxLength: 1024 },
    from: { type: 'string', format: 'date', description: 'First day of this price. Without one, always.' },
    usdPerMillion: {
      ...OBJECT,
      description: 'US dollars per million tokens: input, cachedInput, output, … Numbers or decimal texts.',
    },
    items: {
      ...OBJECT,
      description:
        'US dollars for characters (a million), minute, picture, request, webSearch and fileSearch (1,000).',
    },
  },
};

function readPrice(body: PriceBody, atMs: number): ProjectPrice {
  const { provider, model, from, usdPerMillion = {}, items = {} } = body;
  const prices = { ...usdPerMillion, ...items, ...(from === undefined ? {} : { from }) } as ModelPrices;
  const price = { id: randomUUID(), provider: provider ?? null, model, prices, atMs };
  try {
    priceOptionsOf([price]);
  } catch (error) {
    throw new Problem(400, error instanceof Error ? error.message : 'The price cannot be read.');
  }
  if (Object.keys(usdPerMillion).length + Object.keys(items).length === 0) {
    throw new Problem(400, 'The price has no figure: give usdPerMillion { input, output }, or units.');
  }
  return price;
}

function show({ id, provider, model, prices, atMs }: ProjectPrice): object {
  return { id, provider, model, prices, at: new Date(atMs).toISOString() };
}

async function save(
  context: ApiContext,
  project: string,
  price: ProjectPrice,
  isDeleted: 0 | 1,
): Promise<void> {
  const { id, provider, model, prices, atMs } = price;
  await context.pipeline.note(`price-${randomUUID()}`, ({ rows, version }) => {
    const price = JSON.stringify({ provider, model, prices });
    rows.add('prices', [project, id, price, String(atMs), String(version), isDeleted]);
  });
  await context.pipeline.refresh();
}

/** Prices of one's own, and working out the past anew. */
export function priceRoutes(app: FastifyInstance, context: ApiContext): void {
  const pricesOf = async (project: string): Promise<readonly ProjectPrice[]> =>
    (await readPrices(context.store, project)).get(project) ?? [];

  app.route({
    method: 'GET',
    url: '/prices',
    config: { scope: 'read' },
    schema: {
      operationId: 'listPrices',
      summary: 'Prices that this project has of its own, and what has none',
      response: {
        200: object({ data: { type: 'array', items: PRICE }, unpriced: { type: 'array', items: UNPRICED } }),
      },
    },
    handler: async ({ project }) => {
      const [prices, unpriced] = await Promise.all([
        pricesOf(project),
        readUnpriced(context.answers, { project, range: {}, filter: {} }),
      ]);
      return { data: prices.map(show), unpriced };
    },
  });

  app.route<{ Body: PriceBody }>({
    method: 'POST',
    url: '/prices',
    config: { scope: 'admin' },
    schema: {
      operationId: 'addPrice',
      summary: 'Adds a price; new calls have it at once, old ones after a repricing',
      body: PRICE_BODY,
      response: { 201: PRICE },
    },
    handler: async ({ project, body }, reply) => {
      const price = readPrice(body, context.clock());
      await save(context, project, price, 0);
      return reply.code(201).send(show(price));
    },
  });

  app.route<{ Params: { id: string } }>({
    method: 'DELETE',
    url: '/prices/:id',
    config: { scope: 'admin' },
    schema: {
      operationId: 'removePrice',
      summary: 'Removes a price; what was priced by it keeps its cost',
      params: { type: 'object', properties: { id: { ...TEXT, maxLength: 64 } } },
      response: { 200: PRICE },
    },
    handler: async ({ project, params }) => {
      const price = (await pricesOf(project)).find(({ id }) => id === params.id);
      if (price === undefined) throw notFound('price');
      await save(context, project, price, 1);
      return show(price);
    },
  });

  app.route<{ Body: RepriceBody }>({
    method: 'POST',
    url: '/reprice',
    config: { scope: 'admin' },
    schema: {
      operationId: 'reprice',
      summary:
        'Works out the cost of calls anew by the prices of today; a dry run only says what would change',
      body: {
        type: 'object',
        additionalProperties: false,
        properties: {
          ...RANGE_QUERY,
          model: { ...TEXT, maxLength: 1024 },
          dryRun: { ...FLAG, default: true },
          price: { ...PRICE_BODY, description: 'In a dry run: a price that is not added yet.' },
        },
      },
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
        throw new Problem(400, 'Add the price first: only a dry run takes one.');
      const range = readRange(body);
      const own = await pricesOf(project);
      const prices = body.price === undefined ? own : [...own, readPrice(body.price, context.clock())];
      const repricing = await repriceCalls(context.pipeline, {
        project,
        fromNs: BigInt(range.fromMs ?? 0) * 1_000_000n,
        toNs: range.toMs === undefined ? 2n ** 63n - 1n : BigInt(range.toMs) * 1_000_000n,
        isDryRun,
        prices: priceOptionsOf(prices),
        ...(body.model === undefined ? {} : { model: body.model }),
      });
      return { dryRun: isDryRun, ...repricing };
    },
  });
}
