import { context, diag, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CBaggagePropagator } from '@opentelemetry/core';
import { AlwaysOffSampler, AlwaysOnSampler, InMemorySpanExporter } from '@opentelemetry/sdk-trace-node';
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { Sampler } from '@opentelemetry/sdk-trace-node';
import { identify, UserSpanProcessor, wrapAgent } from '@userspan/core';
import { tracerOf } from '@userspan/core/internal';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { shortenRefusals } from './globals.ts';
import { register } from './register.ts';
import type { Registration } from './register.ts';

const call = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.usage.input_tokens': 19,
  'gen_ai.usage.output_tokens': 10,
};

const warnings: string[] = [];
let theirs = new InMemorySpanExporter();
let ours = new InMemorySpanExporter();
let registration: Registration | undefined;

beforeEach(() => {
  diag.setLogger({
    verbose: () => {},
    debug: () => {},
    info: () => {},
    warn: (message) => warnings.push(message),
    error: (message) => warnings.push(message),
  });
  theirs = new InMemorySpanExporter();
  ours = new InMemorySpanExporter();
});

afterEach(async () => {
  await registration?.shutdown();
  registration = undefined;
  vi.unstubAllEnvs();
  for (const api of [trace, context, propagation, diag]) api.disable();
  warnings.length = 0;
});

/** Another SDK, set up like NodeSDK and Sentry. */
function startTheirs({
  sampler,
  processors,
}: { sampler?: Sampler; processors?: UserSpanProcessor[] } = {}): void {
  const provider = new NodeTracerProvider({
    sampler: sampler ?? new AlwaysOnSampler(),
    spanProcessors: [...(processors ?? []), new SimpleSpanProcessor(theirs)],
  });
  trace.setGlobalTracerProvider(provider);
  propagation.setGlobalPropagator(new W3CBaggagePropagator());
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
}

async function startOurs(): Promise<void> {
  registration = register({ exporter: ours, openai: false, flushOnExit: false });
  await settled();
}

/** The warning is logged in a microtask. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

function recordCall(): void {
  tracerOf('test', '1').startSpan('chat', { kind: SpanKind.CLIENT, attributes: call }).end();
}

/** A request of a user: a server span with an agent in it, which has a model call and a span of another library. */
async function request(user: string): Promise<void> {
  await trace.getTracer('http').startActiveSpan('server', { kind: SpanKind.SERVER }, async (server) => {
    await identify(user, { plan: 'pro' }, () =>
      wrapAgent(
        async () => {
          recordCall();
          trace.getTracer('db').startActiveSpan('query', (query) => query.end());
        },
        { name: 'agent' },
      )(),
    );
    server.end();
  });
}

interface Seen {
  readonly name: string;
  readonly parent: string | undefined;
  readonly user: unknown;
}

async function seen(exporter: InMemorySpanExporter): Promise<Seen[]> {
  await registration?.flush();
  const names = new Map(
    [...theirs.getFinishedSpans(), ...ours.getFinishedSpans()].map((span) => [
      span.spanContext().spanId,
      span.name,
    ]),
  );
  return exporter
    .getFinishedSpans()
    .map(({ name, attributes, parentSpanContext }) => ({
      name,
      parent: parentSpanContext && names.get(parentSpanContext.spanId),
      user: attributes['user.id'],
    }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

const THEIR_SPANS = [
  { name: 'query', parent: 'server', user: undefined },
  { name: 'server', parent: undefined, user: undefined },
];
const OUR_SPANS = [
  { name: 'chat', parent: 'invoke_agent agent', user: 'u1' },
  { name: 'invoke_agent agent', parent: 'server', user: 'u1' },
];

const ORDERS = [
  [
    'after the other SDK',
    async (options?: Parameters<typeof startTheirs>[0]) => {
      startTheirs(options);
      await startOurs();
    },
  ],
  [
    'before the other SDK',
    async (options?: Parameters<typeof startTheirs>[0]) => {
      await startOurs();
      startTheirs(options);
      await settled();
    },
  ],
] as const;

describe.each(ORDERS)('register() %s', (_, start) => {
  it('records calls and runs in the same trace, and does not change spans of the other SDK', async () => {
    await start();
    await request('u1');
    expect(await seen(theirs)).toEqual(THEIR_SPANS);
    expect(await seen(ours)).toEqual(OUR_SPANS);
    const all = [...theirs.getFinishedSpans(), ...ours.getFinishedSpans()];
    expect(new Set(all.map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(ours.getFinishedSpans()[0]?.attributes).toMatchObject({ 'gen_ai.usage.cost': 0.00000885 });
  });

  it('reports once where spans are sent', async () => {
    await start();
    await request('u1');
    await request('u2');
    expect(warnings).toEqual([
      expect.stringMatching(
        /^userspan: another OpenTelemetry SDK is set up.*localhost:4318.*"Beside another/,
      ),
    ]);
  });

  it.each([
    ['the other SDK samples nothing', new AlwaysOffSampler(), undefined],
    ['OTEL_TRACES_SAMPLER, which is meant for the other SDK, samples nothing', undefined, 'always_off'],
  ])('records every call if %s', async (__, sampler, variable) => {
    vi.stubEnv('OTEL_TRACES_SAMPLER', variable);
    await start(sampler === undefined ? {} : { sampler });
    await request('u1');
    expect((await seen(ours)).map(({ name, user }) => [name, user])).toEqual([
      ['chat', 'u1'],
      ['invoke_agent agent', 'u1'],
    ]);
  });

  it('identify() without a function applies to a span of the other SDK and to spans below it', async () => {
    await start();
    const tracer = trace.getTracer('http');
    await Promise.all(
      ['u1', 'u2', 'u3'].map((user) =>
        tracer.startActiveSpan('server', async (server) => {
          tracer.startActiveSpan('middleware', (middleware) => {
            expect(identify(user)).toBe(true);
            middleware.end();
          });
          await settled();
          tracer.startActiveSpan('handler', (handler) => {
            recordCall();
            handler.end();
          });
          server.end();
        }),
      ),
    );
    const calls = (await seen(ours)).map(
      ({ name, parent, user }) => `${name} < ${String(parent)}: ${String(user)}`,
    );
    expect(new Set(calls)).toEqual(
      new Set(['chat < handler: u1', 'chat < handler: u2', 'chat < handler: u3']),
    );
    expect(calls).toHaveLength(3);
    expect((await seen(theirs)).every(({ user }) => user === undefined)).toBe(true);
  });

  it('spans of the other SDK have the user if its provider has UserSpanProcessor, and each call is recorded once', async () => {
    await start({ processors: [new UserSpanProcessor()] });
    await request('u1');
    expect(await seen(ours)).toEqual(OUR_SPANS);
    expect(await seen(theirs)).toEqual([
      { name: 'query', parent: 'server', user: 'u1' },
      { name: 'server', parent: undefined, user: undefined },
    ]);
  });

  it('shutdown removes nothing of the other SDK', async () => {
    await start();
    const provider = trace.getTracerProvider();
    await registration?.shutdown();
    await request('u1');
    expect(trace.getTracerProvider()).toBe(provider);
    expect((await seen(theirs)).map(({ name }) => name)).toEqual([
      'chat',
      'invoke_agent agent',
      'query',
      'server',
    ]);
    expect(propagation.fields()).toEqual(['baggage']);
  });
});

it('a tracer that was obtained earlier switches to the other SDK', async () => {
  await startOurs();
  const early = trace.getTracer('early');
  early.startSpan('to ours').end();
  startTheirs();
  early.startSpan('to theirs').end();
  expect((await seen(ours)).map(({ name }) => name)).toEqual(['to ours']);
  expect((await seen(theirs)).map(({ name }) => name)).toEqual(['to theirs']);
});

it('stays the global SDK if another one is set up during a request, whose user would be lost', async () => {
  await startOurs();
  await identify('u1', async () => {
    startTheirs();
    await settled();
    recordCall();
  });
  expect((await seen(ours)).map(({ name, user }) => [name, user])).toEqual([['chat', 'u1']]);
});

it('reports the other SDK in one line, without stack traces of the API', async () => {
  const said = (message: string): unknown => warnings.push(message);
  const ignore = (): void => {};
  diag.setLogger(shortenRefusals({ verbose: ignore, debug: ignore, info: ignore, warn: said, error: said }), {
    suppressOverrideMessage: true,
  });
  await startOurs();
  identify('u1', () => startTheirs());
  expect(warnings).toEqual([expect.stringContaining('in the middle of a request')]);
});

it('keeps the users of current requests while another SDK is set up', async () => {
  await startOurs();
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const request = identify('u1', async () => {
    await gate;
    recordCall();
  });
  startTheirs();
  release();
  await request;
  expect((await seen(ours)).map(({ name, user }) => [name, user])).toEqual([['chat', 'u1']]);
});

it('stays the global SDK if something else is registered with the API', async () => {
  await startOurs();
  diag.setLogger({ verbose() {}, debug() {}, info() {}, warn() {}, error() {} });
  trace.getTracer('app').startSpan('one').end();
  expect(propagation.fields()).toContain('traceparent');
  expect(context.with(ROOT_CONTEXT.setValue(Symbol.for('x'), 1), () => context.active())).not.toBe(
    ROOT_CONTEXT,
  );
  expect((await seen(ours)).map(({ name }) => name)).toEqual(['one']);
});
