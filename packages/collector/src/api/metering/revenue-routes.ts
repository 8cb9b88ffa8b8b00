import type { FastifyInstance } from 'fastify';

import { importStripeRevenue, readStripeSource } from '../../metering/revenue/import-revenue.ts';
import { MONTH, parseRevenue, parseRevenueCsv } from '../../metering/revenue/parse-revenue.ts';
import type { RevenueAmount } from '../../metering/revenue/parse-revenue.ts';
import {
  monthOf,
  ONLY,
  parseRevenueProperty,
  readRevenueProperty,
  writeRevenue,
} from '../../metering/revenue/revenue-book.ts';
import { parseStripeRevenue } from '../../metering/revenue/stripe-invoices.ts';
import { parsed } from '../alerting/as-problem.ts';
import { bodyOf } from '../alerting/shapes.ts';
import type { ApiContext } from '../api-context.ts';
import { notFound, Problem } from '../response/problem.ts';
import { COUNT, OBJECT, object, TEXT, TIME_OR_NULL } from '../response/shapes.ts';
import { Type } from '../request/schema.ts';
import type { Static } from 'typebox';

const BY = { enum: ['user', 'group'] };
const MAX_CSV_BYTES = 16 * 1024 * 1024;
const CSV_QUERY = Type.Object({
  source: Type.String({ minLength: 1, maxLength: 100, default: 'csv', description: 'Default `csv`.' }),
});
const IMPORT_BODY = Type.Object(
  { month: Type.Optional(Type.String({ pattern: MONTH.source, description: 'Default this month.' })) },
  { additionalProperties: false },
);

/** Routes for revenue: by request, CSV, a property of users, or Stripe's invoices. */
export function revenueRoutes(app: FastifyInstance, context: ApiContext): void {
  const { alerting, store } = context;
  app.addContentTypeParser('text/csv', { parseAs: 'string', bodyLimit: MAX_CSV_BYTES }, (_, body, done) =>
    done(null, body),
  );
  const write = async (project: string, amounts: readonly RevenueAmount[]): Promise<object> => {
    await writeRevenue(alerting.writer, project, amounts);
    return { written: amounts.length };
  };

  app.route<{ Body: Readonly<Record<string, unknown>> }>({
    method: 'PUT',
    url: '/revenue',
    config: { permission: 'admin' },
    schema: {
      operationId: 'putRevenue',
      summary:
        'Sets the revenue of users or groups in a month. The same customer, month and source replaces the earlier amount.',
      body: OBJECT,
      requestBody: bodyOf({
        data: {
          type: 'array',
          items: object(
            { month: TEXT, usd: { ...TEXT, description: 'US dollars; negative for a refund.' } },
            { user: TEXT, group: TEXT, source: TEXT },
          ),
        },
      }),
      response: { 200: object({ written: COUNT }) },
    },
    handler: async ({ project, body }) =>
      write(
        project,
        parsed(() => parseRevenue(body['data'], 'api')),
      ),
  });

  app.route<{ Querystring: Static<typeof CSV_QUERY> }>({
    method: 'POST',
    url: '/revenue/csv',
    config: { permission: 'admin' },
    schema: {
      operationId: 'uploadRevenue',
      summary:
        'Sets revenue from CSV with the columns user or group, month, usd. Lines of the same customer are added.',
      querystring: CSV_QUERY,
      response: { 200: object({ written: COUNT }) },
    },
    handler: async ({ project, body, query }) => {
      if (typeof body !== 'string') throw new Problem(415, 'Send the CSV as content-type: text/csv.');
      return write(
        project,
        parsed(() => parseRevenueCsv(body, query.source)),
      );
    },
  });

  app.route({
    method: 'GET',
    url: '/revenue/sources',
    config: { permission: 'read' },
    schema: {
      operationId: 'readRevenueSources',
      summary: 'Revenue sources other than uploads, without keys',
      response: {
        200: object({
          property: { type: ['object', 'null'], description: '{ name, by }' },
          stripe: { type: ['object', 'null'], description: '{ by, customer, url, importedAt }' },
        }),
      },
    },
    handler: async ({ project }) => {
      const property = await readRevenueProperty(alerting.configs, project);
      const stripe = (await readStripeSource(alerting, project))?.settings;
      return {
        property: property === undefined ? null : { name: property.name, by: property.by },
        stripe: stripe === undefined ? null : showStripe(stripe),
      };
    },
  });

  app.route({
    method: 'PUT',
    url: '/revenue/property',
    config: { permission: 'admin' },
    schema: {
      operationId: 'putRevenueProperty',
      summary:
        'Sets the user property that contains the monthly revenue of a user or its group in US dollars',
      body: OBJECT,
      requestBody: bodyOf({ name: TEXT, by: BY }),
      response: { 200: object({ name: TEXT, by: BY }) },
    },
    handler: async ({ project, body }) => {
      const value = parsed(() => parseRevenueProperty(body));
      await alerting.configs.write([{ project, kind: 'revenue-property', id: ONLY, value }]);
      return value;
    },
  });

  app.route({
    method: 'DELETE',
    url: '/revenue/property',
    config: { permission: 'admin' },
    schema: {
      operationId: 'removeRevenueProperty',
      summary: 'Stops using a property as revenue',
      response: { 200: object({ name: TEXT, by: BY }) },
    },
    handler: async ({ project }) => {
      const property = await readRevenueProperty(alerting.configs, project);
      if (property === undefined) throw notFound('property');
      await alerting.configs.write([{ project, kind: 'revenue-property', id: ONLY }]);
      return { name: property.name, by: property.by };
    },
  });

  stripeRoutes(app, context, store);
}

const STRIPE = object({ by: BY, customer: TEXT, url: TEXT, importedAt: TIME_OR_NULL });

function showStripe(settings: {
  readonly by: string;
  readonly customer: string;
  readonly url: string;
  readonly importedMs?: number;
}): object {
  const { by, customer, url, importedMs } = settings;
  return {
    by,
    customer,
    url,
    importedAt: importedMs === undefined ? null : new Date(importedMs).toISOString(),
  };
}

function stripeRoutes(app: FastifyInstance, context: ApiContext, store: ApiContext['store']): void {
  const { alerting } = context;
  app.route({
    method: 'PUT',
    url: '/revenue/stripe',
    config: { permission: 'admin' },
    schema: {
      operationId: 'putRevenueStripe',
      summary:
        'Imports paid invoices of Stripe every six hours and on request. The key is never shown again.',
      body: OBJECT,
      requestBody: bodyOf({
        by: BY,
        customer: { ...TEXT, description: '`prop:NAME` or `metadata:KEY`; default prop:stripeCustomerId.' },
        url: TEXT,
        apiKey: TEXT,
      }),
      response: { 200: STRIPE },
    },
    handler: async ({ project, body }) => {
      const before = await readStripeSource(alerting, project);
      const { settings, apiKey } = parsed(() => parseStripeRevenue(body, before ?? {}));
      await alerting.configs.write([
        { project, kind: 'revenue-stripe', id: ONLY, value: settings },
        { project, kind: 'revenue-stripe-secret', id: ONLY, value: { apiKey } },
      ]);
      return showStripe(settings);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/revenue/stripe',
    config: { permission: 'admin' },
    schema: {
      operationId: 'removeRevenueStripe',
      summary: 'Stops importing invoices and removes the key. Imported amounts are kept.',
      response: { 200: STRIPE },
    },
    handler: async ({ project }) => {
      const source = await readStripeSource(alerting, project);
      if (source === undefined) throw notFound('Stripe source');
      await alerting.configs.write([
        { project, kind: 'revenue-stripe', id: ONLY },
        { project, kind: 'revenue-stripe-secret', id: ONLY },
      ]);
      return showStripe(source.settings);
    },
  });

  app.route<{ Body: Static<typeof IMPORT_BODY> }>({
    method: 'POST',
    url: '/revenue/stripe/import',
    config: { permission: 'admin' },
    schema: {
      operationId: 'importRevenueStripe',
      summary: 'Imports the invoices of a month now, and lists those that belong to no customer',
      body: IMPORT_BODY,
      response: {
        200: object({
          written: COUNT,
          skipped: { type: 'array', items: object({ what: TEXT, reason: TEXT }) },
        }),
      },
    },
    handler: async ({ project, body }) => {
      const source = await readStripeSource(alerting, project);
      if (source === undefined) throw notFound('Stripe source');
      const nowMs = context.clock();
      const month = body.month === undefined ? monthOf(nowMs) : Number(body.month.replace('-', ''));
      try {
        return await importStripeRevenue(store, alerting, source, { project, month, nowMs });
      } catch (error) {
        throw new Problem(502, error instanceof Error ? `${error.message}.` : 'Stripe did not answer.');
      }
    },
  });
}
