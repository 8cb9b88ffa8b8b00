import type { FastifyInstance } from 'fastify';

import { SYSTEM_SERVICE } from '../../storage/read/usage/system-services.ts';
import type { ApiContext } from '../api-context.ts';
import { ID_PARAMS } from '../request/query-shapes.ts';
import { Problem } from '../response/problem.ts';
import { object, TEXT } from '../response/shapes.ts';
import type { Static } from 'typebox';

const MAX_SERVICES = 1_000;

interface SystemService {
  readonly service: string;
  /** ISO 8601. */
  readonly since: string;
}

const SYSTEM = object({
  service: TEXT,
  since: {
    ...TEXT,
    format: 'date-time',
    description: 'When this was set; it also applies to earlier calls.',
  },
});

/** Routes for system services, such as a nightly job, whose calls without a user do not reduce coverage. */
export function systemRoutes(app: FastifyInstance, context: ApiContext): void {
  const { configs } = context.alerting;
  const read = (project: string): Promise<ReadonlyMap<string, SystemService>> =>
    configs.list<SystemService>(project, SYSTEM_SERVICE);

  app.route({
    method: 'GET',
    url: '/system-services',
    config: { permission: 'read' },
    schema: {
      operationId: 'listSystemServices',
      summary: 'System services: their calls without a user count as system calls',
      response: { 200: object({ data: { type: 'array', items: SYSTEM } }) },
    },
    handler: async ({ project }) => ({
      data: [...(await read(project)).values()].map(({ service, since }) => ({ service, since })),
    }),
  });

  app.route<{ Params: Static<typeof ID_PARAMS> }>({
    method: 'PUT',
    url: '/system-services/:id',
    config: { permission: 'admin' },
    schema: {
      operationId: 'addSystemService',
      summary:
        'Makes a service a system service: its past and future calls without a user count as system calls',
      params: ID_PARAMS,
      response: { 200: SYSTEM },
    },
    handler: async ({ project, params }) => {
      const services = await read(project);
      const known = services.get(params.id);
      if (known !== undefined) return { service: known.service, since: known.since };
      if (services.size >= MAX_SERVICES) {
        throw new Problem(409, `A project has at most ${MAX_SERVICES} system services. Remove one first.`);
      }
      const value: SystemService = { service: params.id, since: new Date(context.clock()).toISOString() };
      await configs.write([{ project, kind: SYSTEM_SERVICE, id: params.id, value }]);
      return value;
    },
  });

  app.route<{ Params: Static<typeof ID_PARAMS> }>({
    method: 'DELETE',
    url: '/system-services/:id',
    config: { permission: 'admin' },
    schema: {
      operationId: 'removeSystemService',
      summary: 'Undoes this: calls of the service without a user are unattributed again',
      params: ID_PARAMS,
      response: { 200: SYSTEM },
    },
    handler: async ({ project, params }) => {
      const known = (await read(project)).get(params.id);
      if (known === undefined) {
        throw new Problem(404, `${JSON.stringify(params.id)} is not a system service.`);
      }
      await configs.write([{ project, kind: SYSTEM_SERVICE, id: params.id }]);
      return { service: known.service, since: known.since };
    },
  });
}
