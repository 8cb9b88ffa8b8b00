import type { FastifyInstance } from 'fastify';

import { parseRule } from '../alerts/rule.ts';
import { addSample, hasSample, removeSample } from '../maintenance/sample-data.ts';
import { SAMPLE_LOSS_MAKER } from '../maintenance/sample-scenes.ts';
import { SAMPLE_NAMES, sampleUserId } from '../maintenance/sample-span.ts';
import type { ApiContext } from './api-context.ts';
import { Problem } from './response/problem.ts';
import { COUNT, object } from './response/shapes.ts';

/** Id of the sample rule that fires for the user with a runaway agent. */
const SAMPLE_RULE = 'sample-user-above-5-dollars';
/** Monthly revenue of each sample user, including the one who costs more. */
const PAID = '20';
const PAID_BY_LOSS_MAKER = '5';

/** Adds sample data, and removes it again. */
export function sampleRoutes(app: FastifyInstance, context: ApiContext): void {
  const { alerting } = context;
  /** Writes the revenue of the sample users for this month. */
  const writeRevenue = (project: string): Promise<void> => {
    const month = Number(new Date(context.clock()).toISOString().slice(0, 7).replace('-', ''));
    const rows = SAMPLE_NAMES.map((_name, at) => {
      const amount = at === SAMPLE_LOSS_MAKER ? PAID_BY_LOSS_MAKER : PAID;
      return { cells: [project, 'user', sampleUserId(at), month, 'sample', amount] };
    });
    return alerting.writer.write('revenue', rows);
  };

  app.route({
    method: 'POST',
    url: '/sample',
    config: { permission: 'admin' },
    schema: {
      operationId: 'addSample',
      summary:
        'Adds sample data: users whose ids begin with sample-, their revenue, a conversation with failures, and an alert that fires',
      response: { 201: object({ calls: COUNT, spans: COUNT }) },
    },
    handler: async ({ project }, reply) => {
      if (await hasSample(context.pipeline, project)) {
        throw new Problem(409, 'The sample data has already been added.');
      }
      const added = await addSample(context.pipeline, project, context.clock());
      const rule = parseRule(
        {
          name: 'Sample: a user costs more than $5 in 24 hours',
          measure: 'cost',
          of: 'user',
          window: '24h',
          thresholds: [{ severity: 'warning', value: '5' }],
          channels: [],
        },
        SAMPLE_RULE,
      );
      await Promise.all([
        writeRevenue(project),
        alerting.configs.write([{ project, kind: 'rule', id: SAMPLE_RULE, value: rule }]),
      ]);
      return reply.code(201).send(added);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/sample',
    config: { permission: 'admin' },
    schema: {
      operationId: 'removeSample',
      summary: 'Removes all sample data and nothing else',
      response: { 200: object({ deleted: COUNT }) },
    },
    handler: async ({ project }) => {
      await alerting.configs.write([{ project, kind: 'rule', id: SAMPLE_RULE }]);
      return { deleted: await removeSample(context.pipeline, project) };
    },
  });
}
