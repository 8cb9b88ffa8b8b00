import type http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { UserSpanProcessor } from '@userspan/core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { identifyRequest } from './http.ts';

const exporter = new InMemorySpanExporter();
const instrumentation = new HttpInstrumentation();
let node: typeof http;

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const provider = new BasicTracerProvider({
    spanProcessors: [new UserSpanProcessor(), new SimpleSpanProcessor(exporter)],
  });
  trace.setGlobalTracerProvider(provider);
  instrumentation.setTracerProvider(provider);
  // The instrumentation patches `require`, not the imports of a test.
  node = createRequire(import.meta.url)('node:http') as typeof http;
});
afterEach(() => exporter.reset());
afterAll(() => {
  instrumentation.disable();
  context.disable();
  trace.disable();
});

async function ask(server: http.Server, users: readonly string[]): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new node.Agent({ keepAlive: true, maxSockets: 1 });
  for (const user of users) {
    await new Promise<void>((resolve, reject) => {
      const headers = { 'x-user': user };
      const request = node.request({ agent, port, method: 'POST', headers }, (response) => {
        response.resume().on('end', resolve);
      });
      request.on('error', reject).end('body');
    });
  }
  agent.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** The user of each span: server spans by number, others by name. */
function users(): (readonly [string, unknown])[] {
  return exporter
    .getFinishedSpans()
    .filter((span) => span.kind !== 2)
    .map((span) => [span.name, span.attributes['user.id']] as const);
}

const find = (request: http.IncomingMessage): { id: string } | undefined => {
  const id = request.headers['x-user'] as string;
  return id === '' ? undefined : { id };
};
const work = (name: string): void => trace.getTracer('app').startSpan(name).end();

test('the server span and late listeners have the user of their request on a shared connection', async () => {
  const server = node.createServer(
    identifyRequest(find, (request, response) => {
      // The instrumentation bound these listeners to a context without the user.
      request.on('data', () => work('on data'));
      request.on('end', () => {
        work('on end');
        response.end('ok');
      });
      response.on('finish', () => work('on finish'));
    }),
  );
  await ask(server, ['a', 'b', '', 'c']);
  const each = (user: string | undefined): (readonly [string, unknown])[] =>
    ['on data', 'on end', 'on finish', 'POST'].map((name) => [name, user] as const);
  expect(users().toSorted(byUser)).toEqual(['a', 'b', 'c', undefined].flatMap(each).toSorted(byUser));
});

test('a span that all requests share has no user', async () => {
  instrumentation.disable();
  const main = trace.getTracer('app').startSpan('main');
  const server = context.with(trace.setSpan(context.active(), main), () =>
    node.createServer(
      identifyRequest(find, (_request, response) => {
        work('work');
        response.end('ok');
      }),
    ),
  );
  await context.with(trace.setSpan(context.active(), main), () => ask(server, ['a', '', 'b']));
  main.end();
  instrumentation.enable();
  expect(users()).toEqual([
    ['work', 'a'],
    ['work', undefined],
    ['work', 'b'],
    ['main', undefined],
  ]);
});

function byUser(left: readonly [string, unknown], right: readonly [string, unknown]): number {
  return JSON.stringify(left).localeCompare(JSON.stringify(right));
}
