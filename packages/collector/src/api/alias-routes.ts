import { randomUUID } from 'node:crypto';

import type { FastifyInstance } from 'fastify';

import { SerialQueue } from '../runtime/serial-queue.ts';
import type { ApiContext } from './api-context.ts';
import { Problem } from './response/problem.ts';
import { object, TEXT, TEXT_OR_NULL } from './response/shapes.ts';
import { ID_PARAMS } from './request/query-shapes.ts';
import { Type } from 'typebox';
import type { Static } from 'typebox';

const BODY = Type.Object(
  { userId: Type.String({ minLength: 1, maxLength: 1024 }) },
  { additionalProperties: false },
);

/** The user at the end of every chain of aliases: each chain is walked once, however long it is. */
function endsOf(targets: ReadonlyMap<string, string>): (id: string) => string {
  const known = new Map<string, string>();
  return (id) => {
    const path: string[] = [];
    const seen = new Set<string>();
    let end = id;
    for (let next = targets.get(end); next !== undefined && !seen.has(end); next = targets.get(end)) {
      seen.add(end);
      path.push(end);
      end = known.get(end) ?? next;
    }
    for (const each of path) {
      known.set(each, end);
    }
    return end;
  };
}

/** Whether a chain of aliases comes by this id. */
function leadsTo(from: string, id: string, targets: ReadonlyMap<string, string>): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = from; at !== undefined && !seen.has(at); at = targets.get(at)) {
    if (at === id) {
      return true;
    }
    seen.add(at);
  }
  return false;
}

/** Changes of aliases, one at a time: two opposite ones that meet would each find nothing in their way. */
const changes = new SerialQueue();

/** Writes one alias, or takes it back, and what follows for the aliases that lead through it. */
async function setAlias(
  context: ApiContext,
  project: string,
  alias: string,
  target: string | undefined,
): Promise<void> {
  const { store, pipeline, aliases } = context;
  const before = await store.users.readAliases(project);
  const after = new Map(before);
  if (target === undefined) after.delete(alias);
  else after.set(alias, target);
  const [endBefore, endAfter] = [endsOf(before), endsOf(after)];
  if (target !== undefined && leadsTo(target, alias, after)) {
    throw new Problem(409, 'The other user stands for this one already; undo that first.');
  }
  const atMs = context.clock();
  await pipeline.note(`alias-${randomUUID()}`, ({ rows: buffer, version }) => {
    for (const [id, target] of after) {
      const end = endAfter(target);
      if (before.get(id) === target && endBefore(target) === end) {
        continue;
      }
      buffer.add('aliases', [project, id, target, end, String(atMs), String(version), 0]);
    }
    if (target === undefined && before.has(alias)) {
      buffer.add('aliases', [project, alias, '', '', String(atMs), String(version), 1]);
    }
  });
  aliases.forget(project);
}

/** Says that two ids are one person, and takes it back. Figures of the past move with it, and back. */
export function aliasRoutes(app: FastifyInstance, context: ApiContext): void {
  const response = { 200: object({ alias: TEXT, userId: TEXT_OR_NULL }) };
  app.route<{ Params: Static<typeof ID_PARAMS>; Body: Static<typeof BODY> }>({
    method: 'POST',
    url: '/users/:id/alias',
    config: { scope: 'admin' },
    schema: {
      operationId: 'addAlias',
      summary: 'From now on, what this id used counts for another user, the past included',
      params: ID_PARAMS,
      body: BODY,
      response,
    },
    handler: async ({ project, params, body }) => {
      if (params.id === body.userId) throw new Problem(409, 'A user cannot be an alias of itself.');
      await changes.run(() => setAlias(context, project, params.id, body.userId));
      return { alias: params.id, userId: await context.aliases.canonicalOf(project, params.id) };
    },
  });

  app.route<{ Params: Static<typeof ID_PARAMS> }>({
    method: 'POST',
    url: '/users/:id/unalias',
    config: { scope: 'admin' },
    schema: { operationId: 'removeAlias', summary: 'Takes an alias back', params: ID_PARAMS, response },
    handler: async ({ project, params }) => {
      await changes.run(() => setAlias(context, project, params.id, undefined));
      return { alias: params.id, userId: null };
    },
  });
}
