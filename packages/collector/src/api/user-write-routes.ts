import { randomUUID } from 'node:crypto';

import { MAX_PROPS, MAX_PROP_LENGTH } from '@userspan/core/internal';
import type { FastifyInstance } from 'fastify';

import { encodeProp, NAMED_PROPS } from '../storage/write/profile-rows.ts';
import { eraseUsers } from '../maintenance/erase-users.ts';
import type { ApiContext } from './api-context.ts';
import { exportUser } from './export-query.ts';
import { Problem } from './response/problem.ts';
import {
  COUNT,
  OBJECT,
  object,
  TEXT,
  TEXTS,
  TIME,
  TIME_OR_NULL,
  USER_OPTIONAL,
  USER_PROPERTIES,
} from './response/shapes.ts';
import { knownIds, existingUser } from './user-routes.ts';
import { ID_PARAMS } from './request/query-shapes.ts';
import type { Static } from 'typebox';

const MAX_NAME = 1024;
/** Maximum time, so that changing a profile does not change when the user was first seen. */
const NEVER = '9223372036854775807';

type Prop = string | number | boolean | null;

function checkProps(props: Readonly<Record<string, unknown>>): [string, Prop][] {
  const entries = Object.entries(props);
  if (entries.length > MAX_PROPS) throw new Problem(400, `There are more than ${MAX_PROPS} properties.`);
  return entries.map(([name, value]) => {
    if (name === '' || name.length > MAX_NAME || !name.isWellFormed()) {
      throw new Problem(
        400,
        `The name of a property must have 1 to ${MAX_NAME} characters of well-formed Unicode.`,
      );
    }
    if (typeof value === 'string' && value.length > MAX_PROP_LENGTH) {
      throw new Problem(400, `A property is longer than ${MAX_PROP_LENGTH} characters.`);
    }
    const isPlain = value === null || typeof value === 'string' || typeof value === 'boolean';
    if (!isPlain && !(typeof value === 'number' && Number.isFinite(value))) {
      throw new Problem(400, 'A property must be a string, a number, true, false, or null to remove it.');
    }
    return [name, value];
  });
}

/** Changes the profile of a user, exports all of its data, and erases it. */
export function userWriteRoutes(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Params: Static<typeof ID_PARAMS>; Body: { props: Record<string, unknown> } }>({
    method: 'PATCH',
    url: '/users/:id',
    config: { permission: 'admin' },
    schema: {
      operationId: 'changeUser',
      summary: 'Sets properties of a user; null removes one',
      params: ID_PARAMS,
      body: object({ props: OBJECT }),
      response: { 200: { ...object(USER_PROPERTIES, USER_OPTIONAL), additionalProperties: true } },
    },
    handler: async ({ project, params, body }) => {
      const ids = await knownIds(context, project, params.id);
      const props = checkProps(body.props);
      // Later than rows from a clock that was ahead.
      const newestNs = await context.store.users.readNewestProp(project, ids[0]);
      const nowNs = BigInt(context.clock()) * 1_000_000n;
      const atNs = nowNs > newestNs ? nowNs : newestNs + 1n;
      const encoded = new Map(props.map(([name, value]) => [name, encodeProp(value, atNs, false)]));
      await context.pipeline.writeRows(`profile-${randomUUID()}`, ({ rows }) => {
        const named = NAMED_PROPS.map((name) => encoded.get(name) ?? '');
        for (const name of NAMED_PROPS) encoded.delete(name);
        rows.add('profiles', [project, ids[0], NEVER, '0', 0, ...named, encoded]);
      });
      return existingUser(context, { project, ids, range: {}, filter: {} });
    },
  });

  app.route<{ Params: Static<typeof ID_PARAMS> }>({
    method: 'DELETE',
    url: '/users/:id',
    config: { permission: 'admin' },
    schema: {
      operationId: 'eraseUser',
      summary: 'Erases a user with all aliases and data. Data of the user that arrives late is dropped.',
      params: ID_PARAMS,
      response: {
        200: object({
          receipt: TEXT,
          user: { ...TEXT, description: 'SHA-256 of the id; the id itself is not kept.' },
          at: TIME,
          filesRemovedBy: {
            ...TIME_OR_NULL,
            description:
              'Time after which no file of the store contains the deleted data. A restart before that completes the deletion. Null if there are damaged parts.',
          },
          damagedParts: {
            ...TEXTS,
            description:
              'Parts of the store that could not be read and were put aside, as TABLE/PART. They may contain data of the user until you delete them from the folder "detached" of the table.',
          },
          deleted: object({
            calls: COUNT,
            spans: COUNT,
            threads: COUNT,
            profiles: COUNT,
            aliases: COUNT,
            log: { anyOf: [OBJECT, { type: 'null' }] },
          }),
        }),
      },
    },
    handler: async ({ project, params }) => {
      // Also works for a user that is only in the write-ahead log, and can be repeated: there is always a receipt.
      const id = await context.aliases.canonicalOf(project, params.id);
      const [, ...others] = await context.aliases.idsOf(project, id);
      const ids = [id, ...others] as const;
      const { receipt, user, atMs, ...deleted } = await eraseUsers(
        context.pipeline,
        project,
        ids,
        context.clock(),
      );
      context.aliases.forget(project);
      await context.alerting.configs.eraseUsers(project, ids);
      const log = (await context.eraseFromWal?.(project, ids)) ?? null;
      const { oldFiles } = context.store;
      const damagedParts = await oldFiles.readDetachedParts();
      const goneBy = new Date(context.clock() + oldFiles.goneMs).toISOString();
      return {
        receipt,
        user,
        at: new Date(atMs).toISOString(),
        filesRemovedBy: damagedParts.length === 0 ? goneBy : null,
        damagedParts,
        deleted: { ...deleted, log },
      };
    },
  });

  app.route<{ Params: Static<typeof ID_PARAMS> }>({
    method: 'GET',
    url: '/users/:id/export',
    config: { permission: 'admin' },
    schema: {
      operationId: 'exportUser',
      summary: 'All data about a user, one JSON object per line',
      params: ID_PARAMS,
      response: { 200: { 'x-content-type': 'application/x-ndjson', type: 'string' } },
    },
    handler: async ({ project, params }, reply) => {
      const ids = await knownIds(context, project, params.id);
      reply.header('content-disposition', 'attachment; filename="user.ndjson"');
      return app.exports.send(reply, 'application/x-ndjson', exportUser(context, project, ids));
    },
  });
}
