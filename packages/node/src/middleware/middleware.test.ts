import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';

import { serve } from '@hono/node-server';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-node';
import { UserSpanProcessor, currentUser } from '@userspan/core';
import express from 'express';
import type { Request as ExpressRequest } from 'express';
import Fastify from 'fastify';
import type { FastifyRequest } from 'fastify';
import { Hono } from 'hono';
import type { Context as HonoContext } from 'hono';
import Koa from 'koa';
import type { Context as KoaContext } from 'koa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { RequesterAnswer } from './as-requester.ts';
import { identifyRequest as forExpress } from './express.ts';
import { identifyRequest as forFastify } from './fastify.ts';
import { identifyRequest as forHono } from './hono.ts';
import { identifyRequest as forHttp } from './http.ts';
import { identifyRequest as forKoa } from './koa.ts';

/** `npm test` sends a quarter, `.ci/run` all. */
const REQUESTS = process.env['USERSPAN_TEST_ALL'] === '1' ? 10_000 : 2_500;
const CONNECTIONS = 50;

/** Every ended span by name, with its user. */
const stamped = new Map<string, string | undefined>();

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const keep = {
    onStart: () => {},
    onEnd: (span: { name: string; attributes: Record<string, unknown> }) =>
      void stamped.set(span.name, span.attributes['user.id'] as string | undefined),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new UserSpanProcessor(), keep] }));
});
afterAll(() => {
  context.disable();
  trace.disable();
});

/** The user in the `x-user` header. A tenth of the requests are identified later, a tenth have no user, and some fail. */
function find(header: string | undefined): RequesterAnswer | Promise<RequesterAnswer> {
  const id = header ?? '';
  if (id.endsWith('9')) return null;
  if (id.endsWith('8')) return undefined;
  if (id.endsWith('7')) return later(1, { id, props: { late: true } });
  if (id.endsWith('6')) throw new Error('no session');
  if (id.endsWith('5')) return Promise.reject(new Error('no session'));
  return { id, props: { plan: 'pro' } };
}

function expectedUser(id: string): string {
  return /[5689]$/.test(id) ? 'nobody' : id;
}

/** The work of every handler: spans before and after an await. Returns the current user. */
async function handle(name: string): Promise<string> {
  trace.getTracer('app').startSpan(`${name} before`).end();
  const before = currentUser()?.id ?? 'nobody';
  if (name.endsWith('3')) await later(1);
  else await Promise.resolve();
  trace.getTracer('app').startSpan(`${name} after`).end();
  return `${before} ${currentUser()?.id ?? 'nobody'}`;
}

interface Served {
  readonly port: number;
  close(): Promise<void>;
}

function listening(server: http.Server): Promise<Served> {
  return new Promise((resolve) => {
    const close = async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    };
    server.listen(0, '127.0.0.1', () => resolve({ port: (server.address() as AddressInfo).port, close }));
  });
}

const frameworks: Record<string, () => Promise<Served>> = {
  'node:http': () => {
    const named = (request: http.IncomingMessage): ReturnType<typeof find> =>
      find(request.headers['x-user'] as string);
    const listener = forHttp(named, async (request, response) => {
      response.end(await handle(request.headers['x-name'] as string));
    });
    return listening(http.createServer(listener as http.RequestListener));
  },
  Express: () => {
    const app = express();
    app.use(forExpress((request: ExpressRequest) => find(request.get('x-user'))));
    app.use(express.json());
    app.post('/', async (request, response) => {
      response.send(await handle(request.get('x-name') ?? ''));
    });
    return listening(http.createServer(app));
  },
  Fastify: async () => {
    const app = Fastify();
    await app.register(forFastify((request: FastifyRequest) => find(request.headers['x-user'] as string)));
    app.post('/', async (request) => handle(request.headers['x-name'] as string));
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
  },
  Hono: () => {
    const app = new Hono();
    app.use(forHono((c: HonoContext) => find(c.req.header('x-user'))));
    app.post('/', async (c) => c.text(await handle(c.req.header('x-name') ?? '')));
    return new Promise((resolve) => {
      const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
        const close = async (): Promise<void> => {
          (server as http.Server).closeAllConnections();
          await new Promise((done) => server.close(done));
        };
        resolve({ port, close });
      });
    });
  },
  Koa: () => {
    const app = new Koa();
    app.use(forKoa((ctx: KoaContext) => find(ctx.get('x-user'))));
    app.use(async (ctx) => {
      ctx.body = await handle(ctx.get('x-name'));
    });
    return listening(http.createServer(app.callback() as http.RequestListener));
  },
};

function post(agent: http.Agent, port: number, id: string, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-user': id, 'x-name': name, 'content-type': 'application/json' };
    const request = http.request(
      { agent, port, host: '127.0.0.1', method: 'POST', path: '/', headers },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
      },
    );
    request.on('error', reject);
    request.end('{"text":"hello"}');
  });
}

describe.each(Object.entries(frameworks))('%s', (_, start) => {
  test(
    `${REQUESTS} requests over ${CONNECTIONS} keep-alive connections: no request has another request's user`,
    { timeout: 120_000 },
    async () => {
      stamped.clear();
      const served = await start();
      const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
      const wrong: string[] = [];
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < REQUESTS) {
          const i = next;
          next += 1;
          const id = `user-${i % 1000}`;
          const name = `r${i}`;
          const answer = await post(agent, served.port, id, name);
          const expected = expectedUser(id);
          if (answer !== `${expected} ${expected}`) wrong.push(`${id}: ${answer}`);
          for (const when of ['before', 'after']) {
            const stamp = stamped.get(`${name} ${when}`) ?? 'nobody';
            if (stamp !== expected) wrong.push(`${id}: the span ${when} is of ${stamp}`);
          }
        }
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, work));
      agent.destroy();
      await served.close();
      expect(wrong).toEqual([]);
      expect(stamped.size).toBe(2 * REQUESTS);
    },
  );
});
