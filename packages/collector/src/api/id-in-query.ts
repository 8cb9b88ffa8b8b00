import type { FastifyInstance } from 'fastify';

/**
 * Makes `/users/~?id=..` equal to `/users/{id}`. URL parsers resolve `.` and `..` in paths, even if escaped, so such
 * ids are only possible in the query. `/users/~` without the parameter is the user with the id `~`.
 */
export function takeIdFromQuery(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    const params = request.params as { id?: string };
    const query = request.query as { id?: unknown };
    if (params.id !== '~' || typeof query.id !== 'string') return;
    params.id = query.id;
    delete query.id;
  });
}
