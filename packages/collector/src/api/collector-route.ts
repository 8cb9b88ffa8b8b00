import type { FastifyInstance } from 'fastify';

import { version } from '../runtime/version.ts';
import type { ApiContext } from './api-context.ts';
import { COUNT, FLAG, object, TEXT } from './response/shapes.ts';

/** When calls are deleted. Absent fields mean no limit. */
export interface Retention {
  readonly days?: number;
  readonly bytes?: number;
}

/** Describes the collector and its retention. The health of its parts is at `/healthz`. */
export function collectorRoute(
  app: FastifyInstance,
  context: ApiContext,
  { retention, keepsContent }: { readonly retention: Retention; readonly keepsContent: boolean },
): void {
  app.route({
    method: 'GET',
    url: '/collector',
    config: { permission: 'read' },
    schema: {
      operationId: 'readCollector',
      summary: 'Version and settings of the collector, and the project of the token',
      response: {
        200: object({
          version: TEXT,
          project: TEXT,
          retentionDays: {
            ...COUNT,
            type: ['integer', 'null'],
            description: 'Null if calls are never deleted.',
          },
          retentionBytes: { ...COUNT, type: ['integer', 'null'], description: 'Null without a size limit.' },
          keepsContent: { ...FLAG, description: 'Whether prompts and answers are stored.' },
          claimed: {
            enum: ['ignore', 'separate', 'count'],
            description: 'How calls that a browser key sent are counted.',
          },
        }),
      },
    },
    handler: async ({ project }) => ({
      version: await version(),
      project,
      retentionDays: retention.days ?? null,
      retentionBytes: retention.bytes ?? null,
      keepsContent,
      claimed: context.store.claimed,
    }),
  });
}
