import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';
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
    return isBuilt && isPageRequest(request)
      ? reply.sendFile('index.html')
      : sendProblem(request, reply, 404, `there is nothing at this path; the API is at /api/openapi.json`);
  });
}

/** Whether a client that accepts HTML requests a page of the dashboard. */
export function isPageRequest({ url, method, headers }: FastifyRequest): boolean {
  const [path = ''] = url.split('?', 1);
  return (
    (method === 'GET' || method === 'HEAD') &&
    takesHtml(headers.accept) &&
    !/^\/+(?:api|v1)(?:\/|$)/.test(path) &&
    // The id of a user or group may look like a file name.
    (/^\/(?:users|groups|features|threads)\//.test(path) || !/\.[a-z0-9]+$/i.test(path))
  );
}

/**
 * Returns the URL of a page with the percent signs of malformed parts encoded: `/users/100%25` for `/users/100%`. Several
 * slashes at the start become one, because browsers read them as the start of another host's address.
 */
export function wellFormedPath(url: string): string {
  const [path = '', ...query] = url.split('?');
  const parts = path.replace(/^[/\\]+/u, '').split('/');
  const wellFormed = parts.map((part) => (isWellFormed(part) ? part : part.replaceAll('%', '%25')));
  return [`/${wellFormed.join('/')}`, ...query].join('?');
}

function isWellFormed(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

function takesHtml(accept: string | undefined): boolean {
  return accept === undefined || /text\/(?:html|\*)|\*\/\*/i.test(accept);
}
