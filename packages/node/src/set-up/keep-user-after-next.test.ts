import diagnosticsChannel from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';
import { context, createContextKey, diag } from '@opentelemetry/api';
import type { Context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { currentUser, identify, UserSpanProcessor, withThread } from '@userspan/core';
import { threadIn } from '@userspan/core/internal';
import express from 'express';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { identifyRequest } from '../middleware/express.ts';
import { register } from './register.ts';
import type { Registration } from './register.ts';

type Handle = (
  this: unknown,
  request: object,
  response: object,
  next: (...args: unknown[]) => void,
) => unknown;
type Storage = Parameters<diagnosticsChannel.Channel['bindStore']>[0];

interface LayerCall {
  arguments: Parameters<Handle>;
  callerContext?: Context;
}

/** A context value of the other SDK, which must be kept after `next`. */
const THEIRS = createContextKey('theirs');
const HANDLE = diagnosticsChannel.tracingChannel<unknown, LayerCall>('orchestrion:router:handle');

const fromExpress = createRequire(createRequire(import.meta.url).resolve('express'));
const layer = (fromExpress('router/lib/layer.js') as { prototype: { handleRequest: Handle } }).prototype;
const { handleRequest } = layer;

/** Traces the layers of the real router like the code that Sentry 11 inserts into it. */
beforeAll(() => {
  layer.handleRequest = function traced(...args) {
    const call: LayerCall = { arguments: args };
    const next = args[2];
    args[2] = function wrappedNext(this: unknown, ...passed) {
      HANDLE.asyncStart.runStores(call, () => next.apply(this, passed));
    };
    return HANDLE.start.runStores(call, () => handleRequest.apply(this, call.arguments));
  };
});
afterAll(() => {
  layer.handleRequest = handleRequest;
});

/** Has a different class name than ours, because a context manager of the same class would be replaced by ours. */
class TheirContextManager extends AsyncLocalStorageContextManager {}

const warnings: string[] = [];
const undo: (() => unknown)[] = [];
let registration: Registration | undefined;
afterEach(async () => {
  for (const step of undo.splice(0)) await step();
  await registration?.shutdown();
  context.disable();
  diag.disable();
  warnings.length = 0;
});

/** The other SDK: its own context manager, whose storage is entered by a diagnostics channel. */
function startTheirs(manager: AsyncLocalStorageContextManager): void {
  const { _asyncLocalStorage: storage } = manager as unknown as { _asyncLocalStorage: Storage };
  context.setGlobalContextManager(manager);
  HANDLE.start.bindStore(storage, (call) => {
    call.callerContext = context.active();
    return call.callerContext.setValue(THEIRS, 'layer');
  });
  HANDLE.asyncStart.bindStore(storage, (call) => call.callerContext);
  undo.push(() => HANDLE.start.unbindStore(storage));
  undo.push(() => HANDLE.asyncStart.unbindStore(storage));
}

function startOurs(): void {
  const ignore = (): void => {};
  const warn = (message: string): unknown => warnings.push(message);
  diag.setLogger({ verbose: ignore, debug: ignore, info: ignore, warn, error: warn });
  registration = register({ exporter: new InMemorySpanExporter(), openai: false, flushOnExit: false });
}

/** The set-up of an app with its own provider. */
function startPieces(): void {
  const provider = new NodeTracerProvider({ spanProcessors: [new UserSpanProcessor()] });
  undo.push(() => provider.shutdown());
}

/** The handler's `user` and `thread` before and after an await, and the context value that the other SDK had before the layers. */
async function ask(...middleware: (RequestHandler | ErrorRequestHandler)[]): Promise<string[]> {
  const app = express();
  const describe = (): string =>
    [currentUser()?.id, threadIn(context.active())?.id, context.active().getValue(THEIRS)]
      .map(String)
      .join(' ');
  const answer: RequestHandler = async (_request, response) => {
    const before = describe();
    await later(1);
    response.json([before, describe()]);
  };
  const onError: ErrorRequestHandler = (_error, request, response, next) => answer(request, response, next);
  app.use((_request, _response, next) => context.with(context.active().setValue(THEIRS, 'server'), next));
  for (const each of middleware) app.use(each as RequestHandler);
  app.use(express.json());
  app.get('/', answer);
  app.use(onError);
  const server = app.listen(0, '127.0.0.1');
  try {
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const answers = await Promise.all(
      ['1', '2'].map(async (user) => (await fetch(url, { headers: { 'x-user': user } })).json()),
    );
    expect(currentUser()).toBe(undefined);
    return (answers as [string, string][]).map(([before, after]) =>
      before === after ? before : `${before}, then ${after}`,
    );
  } finally {
    server.close();
  }
}

const named: RequestHandler = (request, _response, next) => identify(`u${request.get('x-user')}`, next);
const CASES: [string, RequestHandler[], string[]][] = [
  ['none', [], ['undefined', 'undefined']],
  ['identify(id, next)', [named], ['u1', 'u2']],
  [
    'identifyRequest',
    [identifyRequest((request: express.Request) => ({ id: `u${request.get('x-user')}` })) as RequestHandler],
    ['u1', 'u2'],
  ],
  [
    'identifyRequest with a promise',
    [
      identifyRequest(async (request: express.Request) => {
        await later(1);
        return { id: `u${request.get('x-user')}` };
      }) as RequestHandler,
    ],
    ['u1', 'u2'],
  ],
  [
    'a second middleware',
    [named, (_request, _response, next) => identify('other', next)],
    ['other', 'other'],
  ],
  [
    'no user after a middleware with a user',
    [named, (_request, _response, next) => identify(null, next)],
    ['undefined', 'undefined'],
  ],
  ['an error', [named, (_request, _response, next) => next(new Error('refused'))], ['u1', 'u2']],
  ['a router', [express.Router().use(named)], ['u1', 'u2']],
];

const ORDERS: [string, () => void][] = [
  [
    'before us',
    () => {
      startTheirs(new TheirContextManager());
      startOurs();
    },
  ],
  [
    'after us',
    () => {
      startOurs();
      startTheirs(new TheirContextManager());
    },
  ],
  [
    'with our span processor and no register()',
    () => {
      startTheirs(new TheirContextManager());
      startPieces();
    },
  ],
];

it.each(ORDERS.flatMap(([order, start]) => CASES.map((row) => [order, ...row, start] as const)))(
  'other SDK set up %s, user set by %s: later handlers have the user',
  async (_order, _name, middleware, users, start) => {
    start();
    const seen = await ask(...middleware);
    expect(seen.map((line) => line.split(' ')[0])).toEqual(users);
    expect(warnings).toEqual([]);
  },
);

it('keeps the thread and the context values of the other SDK', async () => {
  ORDERS[0]?.[1]();
  const thread: RequestHandler = (_request, _response, next) => withThread('t1', next);
  expect(await ask(named, thread)).toEqual(['u1 t1 layer', 'u2 t1 layer']);
});

it('warns once if the context manager cannot be extended', async () => {
  const manager = new TheirContextManager();
  startTheirs(manager);
  context.disable();
  context.setGlobalContextManager({
    active: () => manager.active(),
    with: (...args) => manager.with(...args),
    bind: (...args) => manager.bind(...args),
    enable: () => manager,
    disable: () => manager,
  });
  startOurs();
  expect((await ask(named)).map((line) => line.split(' ')[0])).toEqual(['undefined', 'undefined']);
  expect(warnings).toEqual([expect.stringContaining('identify(user.id, () => answer(request))')]);
});

it('is removed at shutdown of the last processor', async () => {
  ORDERS[0]?.[1]();
  const other = new UserSpanProcessor();
  await registration?.shutdown();
  expect((await ask(named)).map((line) => line.split(' ')[0])).toEqual(['u1', 'u2']);
  await other.shutdown();
  await other.shutdown();
  expect((await ask(named)).map((line) => line.split(' ')[0])).toEqual(['undefined', 'undefined']);
});
