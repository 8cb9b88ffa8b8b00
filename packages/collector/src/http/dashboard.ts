import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { sendProblem } from './answer-errors.ts';

/**
 * Serves the dashboard's files at `/`. A path without a file is one of its pages if the client accepts HTML. Other
 * vendors' clients request paths of their own servers as JSON.
 */
export async function serveDashboard(app: FastifyInstance, dir: string): Promise<void> {
  const isBuilt = existsSync(join(dir, 'index.html'));
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: dir,
      // The build creates compressed files next to the originals.
      preCompressed: true,
      setHeaders: (reply, path) => {
        // Names of these files contain a hash, so they can be cached permanently.
        const isHashed = path.includes('/assets/');
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?', 1);
    const isPage =
      isBuilt &&
      (request.method === 'GET' || request.method === 'HEAD') &&
      takesHtml(request.headers.accept) &&
      !/^\/(?:api|v1)(?:\/|$)/.test(path) &&
      // The id of a user or group may look like a file name.
      (/^\/(?:users|groups|features|threads)\//.test(path) || !/\.[a-z0-9]+$/i.test(path));
    return isPage
      ? reply.sendFile('index.html')
      : sendProblem(request, reply, 404, `there is nothing at this path; the API is at /api/openapi.json`);
  });
}

function takesHtml(accept: string | undefined): boolean {
  return accept === undefined || /text\/(?:html|\*)|\*\/\*/i.test(accept);
}
