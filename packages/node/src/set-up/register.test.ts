import { context, createContextKey, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InstrumentationBase } from '@opentelemetry/instrumentation';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-node';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import { identify } from '@userspan/core';
import { SpanToUserProcessor } from '@userspan/ledger';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { flushAfter } from '../flush-after.ts';
import { register } from './register.ts';
import type { Registration } from './register.ts';

let registration: Registration | undefined;
afterEach(async () => {
  await registration?.shutdown();
  registration = undefined;
});

const gpt4oMini = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.usage.input_tokens': 19,
  'gen_ai.usage.output_tokens': 10,
};

function brokenInstrumentation(): InstrumentationBase {
  return new (class extends InstrumentationBase {
    constructor() {
      super('broken', '1', { enabled: false });
    }
    protected override init(): [] {
      return [];
    }
    override enable(): void {
      throw new Error('broken');
    }
  })();
}

function keepingExporter(): {
  exporter: SpanExporter;
  spans: ReadableSpan[];
  release: () => void;
  held: boolean;
} {
  const spans: ReadableSpan[] = [];
  const waiting: (() => void)[] = [];
  const state = {
    held: false,
    spans,
    release: () => {
      state.held = false;
      for (const done of waiting.splice(0)) done();
    },
    exporter: {
      export: (batch, done) => {
        const finish = (): void => {
          spans.push(...batch);
          done({ code: 0 });
        };
        if (state.held) waiting.push(finish);
        else finish();
      },
      shutdown: () => Promise.resolve(),
    } satisfies SpanExporter,
  };
  return state;
}

describe('register', () => {
  it('adds the user to every span and the cost to every call, whatever creates the span', async () => {
    const { exporter, spans } = keepingExporter();
    const users = new SpanToUserProcessor();
    registration = register({ exporter, serviceName: 's', spanProcessors: [users], openai: false });
    const tracer = trace.getTracer('app');
    identify('u1', { name: 'Ada', group: 'g' }, () => {
      tracer.startActiveSpan('handler', (handler) => {
        tracer.startSpan('chat gpt-4o-mini', { attributes: gpt4oMini }).end();
        handler.end();
      });
    });
    await registration.flush();
    const stamped = { 'user.id': 'u1', 'user.name': 'Ada', 'userspan.user.group': 'g' };
    expect(Object.fromEntries(spans.map(({ name, attributes }) => [name, attributes]))).toEqual({
      handler: stamped,
      'chat gpt-4o-mini': {
        ...stamped,
        ...gpt4oMini,
        'gen_ai.usage.cost': 0.00000885,
        'userspan.cost.source': 'list',
        'userspan.cost.as_of': expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      },
    });
    expect(users.users()).toMatchObject([{ id: 'u1', name: 'Ada', calls: 1, costExact: '0.00000885' }]);
  });

  it('removes everything at shutdown, and can be called again', async () => {
    const first = register({ exporter: new InMemorySpanExporter(), openai: false });
    await first.shutdown();
    await first.shutdown();
    expect(trace.getTracer('t').startSpan('s').isRecording()).toBe(false);
    expect(
      context.with(context.active().setValue(Symbol.for('x'), 1), () =>
        context.active().getValue(Symbol.for('x')),
      ),
    ).toBe(undefined);
    expect(propagation.fields()).toEqual([]);
    registration = register({ exporter: new InMemorySpanExporter(), openai: false });
    expect(registration).not.toBe(first);
    expect(trace.getTracer('t').startSpan('s').isRecording()).toBe(true);
  });

  it.each([
    ['an instrumentation that cannot be enabled', { instrumentations: [brokenInstrumentation()] }, /broken/],
    ['a redaction without a key', { user: { id: 'hmac' } }, /USERSPAN_USER_KEY/],
    ['an option of the OpenAI instrumentation', { openai: { maxContentBytes: 0 } }, /maxContentBytes/],
  ] as const)('changes nothing when it throws: %s', async (_, options, message) => {
    const listeners = process.listenerCount('beforeExit');
    expect(() => register({ exporter: new InMemorySpanExporter(), ...options })).toThrow(message);
    expect(trace.getTracer('t').startSpan('s').isRecording()).toBe(false);
    expect(propagation.fields()).toEqual([]);
    expect(process.listenerCount('beforeExit')).toBe(listeners);
    registration = register({ exporter: new InMemorySpanExporter(), openai: false });
    expect(trace.getTracer('t').startSpan('s').isRecording()).toBe(true);
  });

  it('keeps an existing context manager and propagator', async () => {
    const contextManager = new AsyncLocalStorageContextManager().enable();
    const propagator = new W3CTraceContextPropagator();
    context.setGlobalContextManager(contextManager);
    propagation.setGlobalPropagator(propagator);
    const first = register({ exporter: new InMemorySpanExporter(), openai: false });
    await first.shutdown();
    const key = createContextKey('kept');
    expect(context.with(ROOT_CONTEXT.setValue(key, 1), () => context.active().getValue(key))).toBe(1);
    expect(propagation.fields()).toEqual(propagator.fields());
    context.disable();
    propagation.disable();
  });

  it('flush waits for a running export, and for spans that end meanwhile', async () => {
    const exporter = keepingExporter();
    exporter.held = true;
    registration = register({ exporter: exporter.exporter, openai: false, maxQueueSize: 1000 });
    for (let index = 0; index < 600; index++) trace.getTracer('t').startSpan('s').end(); // A full batch is exported automatically.
    const flushed = registration.flush();
    exporter.release();
    await flushed;
    expect(exporter.spans).toHaveLength(600);
  });

  it('flush stops at its time limit', async () => {
    const exporter = keepingExporter();
    exporter.held = true;
    registration = register({ exporter: exporter.exporter, openai: false, flushTimeoutMs: 50 });
    trace.getTracer('t').startSpan('s').end();
    const from = performance.now();
    await registration.flush();
    expect(performance.now() - from).toBeLessThan(2000);
    exporter.release();
  });
});

describe('flushAfter', () => {
  it('waits for the export on a platform that freezes the function after its answer', async () => {
    const order: string[] = [];
    const flush = vi.fn<() => Promise<void>>(async () => void order.push('flushed'));
    const answer = await flushAfter({ flush }, Promise.resolve('answer'));
    order.push(answer);
    expect(order).toEqual(['flushed', 'answer']);
  });

  it('passes the flush to waitUntil if there is one', async () => {
    const kept: Promise<unknown>[] = [];
    const never = new Promise<void>(() => {});
    const answer = await flushAfter({ flush: () => never }, 'answer', (work) => kept.push(work));
    expect({ answer, kept: kept.length }).toEqual({ answer: 'answer', kept: 1 });
  });

  it('also flushes after an error, and passes it on unchanged', async () => {
    const flush = vi.fn<() => Promise<void>>(() => Promise.resolve());
    const failure = new Error('mine');
    await expect(flushAfter({ flush }, Promise.reject(failure))).rejects.toBe(failure);
    expect(flush).toHaveBeenCalledOnce();
  });
});

describe('sampling', () => {
  const unsampled = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: 0,
    isRemote: true,
  });

  it.each([
    ['samples all spans, also below an unsampled parent, which Sentry sets for each request', undefined, 1],
    ['follows the parent if OTEL_TRACES_SAMPLER is parentbased_always_on', 'parentbased_always_on', 0],
    ['samples nothing if OTEL_TRACES_SAMPLER is always_off', 'always_off', 0],
  ])('%s', async (_, sampler, expected) => {
    vi.stubEnv('OTEL_TRACES_SAMPLER', sampler);
    const exporter = new InMemorySpanExporter();
    registration = register({ exporter, flushOnExit: false });
    trace.getTracer('app').startSpan('chat', {}, unsampled).end();
    await registration.flush();
    vi.unstubAllEnvs();
    expect(exporter.getFinishedSpans()).toHaveLength(expected);
  });
});
