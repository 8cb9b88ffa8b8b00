import type { FastifyInstance } from 'fastify';

/**
 * Answers `/users/~?id=..` as it would `/users/{id}`: every URL parser takes `.` and `..` for steps of a path, escaped or
 * not, so such an id can only stand in the query. `/users/~` without it is the user whose id is a tilde.
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
