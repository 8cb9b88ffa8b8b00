import type { FastifyInstance } from 'fastify';

import { decimalOf } from '../../alerts/rule.ts';
import { BILLERS, dateOf, dayOf, parseExporter } from '../../metering/exporter.ts';
import type { Exporter, ExporterSecrets } from '../../metering/exporter.ts';
import { FOCUS_COLUMNS, focusRow } from '../../metering/focus.ts';
import type { UsageLine } from '../../metering/focus.ts';
import type { MeterEvent } from '../../metering/meter-event.ts';
import type { MeterTarget } from '../../metering/meter.ts';
import { usageLines } from '../../metering/usage-lines.ts';
import { parsed } from '../alerting/as-problem.ts';
import { bodyOf } from '../alerting/shapes.ts';
import type { ApiContext } from '../api-context.ts';
import { csvLine } from '../response/csv.ts';
import { notFound, Problem } from '../response/problem.ts';
import { COUNT, FLAG, OBJECT, object, TEXT, TEXT_OR_NULL } from '../response/shapes.ts';
import type { Shape } from '../response/shapes.ts';
import { NAME_PARAMS } from '../request/query-shapes.ts';
import { Type } from '../request/schema.ts';
import type { Static } from 'typebox';

const EXPORTER_PROPERTIES: Shape = {
  id: TEXT,
  type: { enum: [...BILLERS] },
  enabled: FLAG,
  measure: { enum: ['cost', 'tokens', 'calls'] },
  customer: { ...TEXT, description: '`user`, `group`, or `prop:NAME` for a property of the user.' },
  markUp: { ...TEXT, description: 'Factor; exact decimal.' },
  unit: { enum: ['usd', 'cent', 'microusd'] },
  decimals: COUNT,
  eventName: TEXT,
  since: { type: 'string', format: 'date' },
  everySeconds: { ...COUNT, description: '0 for runs by command only.' },
  url: TEXT,
};
const EXPORTER: Shape = object(EXPORTER_PROPERTIES);
const EVENT: Shape = object({
  identifier: TEXT,
  customer: TEXT,
  day: { type: 'string', format: 'date' },
  model: TEXT,
  quantity: TEXT,
  amount: TEXT,
});
const LINE: Shape = object({
  customer: TEXT_OR_NULL,
  day: { type: 'string', format: 'date' },
  model: TEXT,
  used: TEXT,
  owed: TEXT,
  sent: TEXT,
  pending: TEXT,
  uncertain: TEXT,
  difference: TEXT,
});
/** Maximum number of events in an answer, which also has their total number. */
const MAX_SHOWN = 1000;

function showEvent({ identifier, customer, day, model, quantity, amount }: MeterEvent): object {
  return { identifier, customer, day: dateOf(day), model, quantity, amount };
}

/** Routes for meter events: exporters, runs, and what was sent and is owed. */
export function exporterRoutes(app: FastifyInstance, context: ApiContext): void {
  const { alerting, meter } = context;
  const targetOf = async (project: string, id: string): Promise<MeterTarget> => {
    const exporter = (await alerting.configs.list<Exporter>(project, 'exporter')).get(id);
    if (exporter === undefined) throw notFound('exporter');
    const secrets = (await alerting.configs.list<ExporterSecrets>(project, 'exporter-secret')).get(id);
    if (secrets === undefined) {
      throw new Problem(
        409,
        `The key of ${id} was encrypted with another key: start with that one (--secrets-key-file), or PUT it again.`,
      );
    }
    return { project, exporter, secrets };
  };

  app.route({
    method: 'GET',
    url: '/exporters',
    config: { permission: 'read' },
    schema: {
      operationId: 'listExporters',
      summary: 'Billing systems that receive usage, without their keys',
      response: { 200: object({ data: { type: 'array', items: EXPORTER } }) },
    },
    handler: async ({ project }) => ({
      data: [...(await alerting.configs.list<Exporter>(project, 'exporter')).values()],
    }),
  });

  app.route<{ Params: Static<typeof NAME_PARAMS> }>({
    method: 'PUT',
    url: '/exporters/:id',
    config: { permission: 'admin' },
    schema: {
      operationId: 'putExporter',
      summary: 'Adds or changes a billing system. Its key is never shown again.',
      params: NAME_PARAMS,
      body: OBJECT,
      requestBody: bodyOf({ ...EXPORTER_PROPERTIES, apiKey: TEXT }),
      response: { 200: EXPORTER },
    },
    handler: async ({ project, params: { id }, body }) => {
      const old = (await alerting.configs.list<ExporterSecrets>(project, 'exporter-secret')).get(id);
      const today = dateOf(Math.floor(context.clock() / 86_400_000));
      const before = (await alerting.configs.list<Exporter>(project, 'exporter')).get(id);
      const known = { key: old?.apiKey, url: before?.url };
      const { exporter, secrets } = parsed(() => parseExporter(body, id, today, known));
      await alerting.configs.write([
        { project, kind: 'exporter', id, value: exporter },
        { project, kind: 'exporter-secret', id, value: secrets },
      ]);
      return exporter;
    },
  });

  app.route<{ Params: Static<typeof NAME_PARAMS> }>({
    method: 'DELETE',
    url: '/exporters/:id',
    config: { permission: 'admin' },
    schema: {
      operationId: 'removeExporter',
      summary: 'Removes a billing system and its key; records of sent events are kept',
      params: NAME_PARAMS,
      response: { 200: EXPORTER },
    },
    handler: async ({ project, params: { id } }) => {
      const { exporter } = await targetOf(project, id);
      await alerting.configs.write([
        { project, kind: 'exporter', id },
        { project, kind: 'exporter-secret', id },
      ]);
      return exporter;
    },
  });

  app.route<{ Params: Static<typeof NAME_PARAMS>; Body: { readonly dryRun?: boolean } }>({
    method: 'POST',
    url: '/exporters/:id/run',
    config: { permission: 'admin' },
    schema: {
      operationId: 'runExporter',
      summary: 'Sends the amounts that are owed now; a dry run returns them without sending',
      params: NAME_PARAMS,
      body: {
        type: 'object',
        additionalProperties: false,
        properties: { dryRun: { ...FLAG, default: true } },
      },
      response: {
        200: object({
          dryRun: FLAG,
          made: COUNT,
          sent: COUNT,
          pending: COUNT,
          problem: TEXT_OR_NULL,
          events: { type: 'array', items: EVENT },
        }),
      },
    },
    handler: async ({ project, params, body }) => {
      const target = await targetOf(project, params.id);
      const isDryRun = body.dryRun ?? true;
      if (!isDryRun && !alerting.isHeld) {
        throw new Problem(
          409,
          'Another collector of this store sends meter events. Wait for its next run, or send the request to that collector.',
        );
      }
      const { events, sent, pending, problem } = await meter.run(target, isDryRun);
      return {
        dryRun: isDryRun,
        made: events.length,
        sent,
        pending,
        problem,
        events: events.slice(0, MAX_SHOWN).map(showEvent),
      };
    },
  });

  app.route<{ Params: Static<typeof NAME_PARAMS> }>({
    method: 'GET',
    url: '/exporters/:id/reconcile',
    config: { permission: 'read' },
    schema: {
      operationId: 'reconcileExporter',
      summary: 'Usage, owed amount, sent amount and their exact difference',
      params: NAME_PARAMS,
      response: {
        200: object({
          owed: TEXT,
          sent: { ...TEXT, description: 'Amount that the billing system accepted.' },
          pending: { ...TEXT, description: 'Amount of events that wait for the billing system.' },
          uncertain: {
            ...TEXT,
            description: 'Amount of events of which it is unknown whether the billing system has them.',
          },
          difference: { ...TEXT, description: '`owed` minus `sent`.' },
          states: {
            type: 'object',
            additionalProperties: COUNT,
            description: 'Events by state: sent, pending, uncertain.',
          },
          lines: { type: 'array', items: LINE },
        }),
      },
    },
    handler: async ({ project, params }) => meter.reconcile(await targetOf(project, params.id)),
  });

  app.route<{ Params: Static<typeof NAME_PARAMS>; Body: { readonly as?: 'sent' | 'again' } }>({
    method: 'POST',
    url: '/exporters/:id/uncertain',
    config: { permission: 'admin' },
    schema: {
      operationId: 'decideUncertainEvents',
      summary:
        'Lists events of which it is unknown whether the billing system has them; with `as`, marks them as sent or sends them again',
      params: NAME_PARAMS,
      body: {
        type: 'object',
        additionalProperties: false,
        properties: {
          as: {
            enum: ['sent', 'again'],
            description:
              '`sent`: the billing system has them. `again`: it does not have them, and the next run sends them.',
          },
        },
      },
      response: { 200: object({ events: { type: 'array', items: EVENT } }) },
    },
    handler: async ({ project, params, body }) => {
      const target = await targetOf(project, params.id);
      const as = body.as === 'again' ? 'pending' : body.as;
      return { events: (await meter.decideUncertain(target, as)).map(showEvent) };
    },
  });

  usageExportRoute(app, context);
}

const EXPORT_QUERY = Type.Object({
  format: Type.Enum(['csv', 'ndjson', 'focus'], { default: 'csv' }),
  from: Type.Optional(
    Type.String({ format: 'date', description: 'First day; default the first of this month.' }),
  ),
  to: Type.Optional(Type.String({ format: 'date', description: 'Last day; default today.' })),
  customer: Type.String({ default: 'user', pattern: '^(user|group|prop:.+)$' }),
  markUp: Type.String({ default: '1' }),
});

function usageExportRoute(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Querystring: Static<typeof EXPORT_QUERY> }>({
    method: 'GET',
    url: '/meter/export',
    config: { permission: 'read' },
    schema: {
      operationId: 'exportMeter',
      summary: 'Usage by customer, day and model as CSV, NDJSON, or CSV in the FOCUS 1.2 format',
      querystring: EXPORT_QUERY,
      response: { 200: { 'x-content-type': 'text/csv', type: 'string' } },
    },
    handler: async ({ project, query }, reply) => {
      const { format, customer } = query;
      const today = Math.floor(context.clock() / 86_400_000);
      const firstDay = query.from === undefined ? dayOf(`${dateOf(today).slice(0, 8)}01`) : dayOf(query.from);
      const lastDay = query.to === undefined ? today : dayOf(query.to);
      if (lastDay - firstDay > 3660) throw new Problem(400, 'from and to are more than ten years apart.');
      const markUp = parsed(() => decimalOf(query.markUp, 'markUp'));
      const lines = usageLines(context.store, { project, firstDay, lastDay, customer, markUp });
      const rows = textOf(lines, format, project);
      const type = format === 'ndjson' ? 'application/x-ndjson' : 'text/csv; charset=utf-8';
      return app.exports.send(reply, type, rows);
    },
  });
}

const CSV_COLUMNS = [
  'customer',
  'day',
  'model',
  'cost',
  'billed',
  'quantity',
  'unit',
  'unpricedCalls',
] as const;

async function* textOf(
  lines: AsyncGenerator<UsageLine>,
  format: Static<typeof EXPORT_QUERY>['format'],
  project: string,
): AsyncGenerator<string> {
  if (format !== 'ndjson') yield csvLine(format === 'focus' ? FOCUS_COLUMNS : CSV_COLUMNS);
  for await (const line of lines) {
    const shown = { ...line, day: dateOf(line.day) };
    if (format === 'ndjson') yield `${JSON.stringify(shown)}\n`;
    else if (format === 'csv') yield csvLine(CSV_COLUMNS.map((column) => shown[column]));
    else {
      const row = focusRow(line, project);
      yield csvLine(FOCUS_COLUMNS.map((column) => row[column] ?? null));
    }
  }
}
