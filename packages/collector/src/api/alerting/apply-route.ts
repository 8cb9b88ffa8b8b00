import type { FastifyInstance } from 'fastify';

import { applyFile } from '../../alerts/apply-file.ts';
import type { ApiContext } from '../api-context.ts';
import { Problem } from '../response/problem.ts';
import { FLAG, OBJECT, object, TEXT, TEXT_OR_NULL } from '../response/shapes.ts';
import { BUDGET_BODY, bodyOf, CHANNEL_BODY, RULE_BODY } from './shapes.ts';
import { Type } from '../request/schema.ts';
import type { Static } from 'typebox';

const QUERY = Type.Object({ dryRun: Type.Boolean({ default: false }) });

/** Makes alerts, budgets and channels equal to those of a file. */
export function applyRoute(app: FastifyInstance, { alerting }: ApiContext): void {
  app.route<{ Querystring: Static<typeof QUERY> }>({
    method: 'PUT',
    url: '/alerting',
    config: { permission: 'admin' },
    schema: {
      operationId: 'applyAlerting',
      summary: 'Adds, changes and removes alerts, budgets and channels to match the body; see userspan apply',
      querystring: QUERY,
      body: OBJECT,
      requestBody: bodyOf({
        channels: { type: 'array', items: CHANNEL_BODY },
        alerts: { type: 'array', items: RULE_BODY },
        budgets: { type: 'array', items: BUDGET_BODY },
      }),
      response: {
        200: object({
          dryRun: FLAG,
          changes: {
            type: 'array',
            items: object(
              {
                kind: { enum: ['channel', 'alert', 'budget'] },
                id: TEXT,
                action: { enum: ['add', 'change', 'remove'] },
                fields: {
                  type: 'array',
                  items: object({ field: TEXT, before: TEXT_OR_NULL, after: TEXT_OR_NULL }),
                  description: 'The differences as JSON, without secrets.',
                },
              },
              { secret: { ...TEXT, description: 'Newly generated signing secret. Shown only once.' } },
            ),
          },
        }),
      },
    },
    handler: async ({ project, query, body }) => {
      try {
        const changes = await applyFile(alerting.configs, project, body, query.dryRun);
        if (!query.dryRun) await alerting.refreshBudgets();
        return { dryRun: query.dryRun, changes };
      } catch (error) {
        if (error instanceof TypeError) throw new Problem(400, `${error.message}.`);
        throw error;
      }
    },
  });
}
