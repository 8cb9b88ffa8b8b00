// One process of packages/openai/bench/openai.mjs: an application that calls OpenAI, with one instrumentation or none.
// The parent starts it with a JSON object of settings, and gets one figure for each task that it sends.
import { createRequire } from 'node:module';
import { answerInProcess } from './answers.mjs';

const startedAt = performance.now();
const settings = JSON.parse(process.argv[2]);
const { contender, baseURL } = settings;
const require = createRequire(import.meta.url);
const openai = settings.openai === 7 ? require('openai-7') : require('openai');
const openaiMs = performance.now() - startedAt;

/** Contenders without spans. */
const NOT_RECORDING = new Set(['bare', 'context', 'posthog']);

/** Each returns the client, and a function that runs a call with a user. */
const contenders = {
  bare: () => ({ client: plainClient() }),
  posthog() {
    const { OpenAI } = require('@posthog/ai/openai');
    const { PostHog } = require('posthog-node');
    const posthog = new PostHog('key', { host: new URL(baseURL).origin });
    return {
      client: new OpenAI({ ...clientOptions, posthog }),
      params: { posthogDistinctId: 'user-42' },
    };
  },
  traceloop: () => instrumented('@traceloop/instrumentation-openai'),
  opentelemetry: () => instrumented('@opentelemetry/instrumentation-openai'),
  langfuse() {
    provideTelemetry([]);
    return { client: require('@langfuse/openai').observeOpenAI(plainClient()) };
  },
  async userspan() {
    const { identify, UserSpanProcessor } = await import('@userspan/core');
    const set = await instrumented('@userspan/openai', [new UserSpanProcessor()]);
    const asUser = settings.isIdentified
      ? (run) => identify('user-42', { name: 'Ada', group: 'acme' }, run)
      : undefined;
    return { ...set, asUser };
  },
  /**
   * What the SDK alone takes for what ours records: a span with the same attributes around the request, which is entered,
   * and the same metrics. It reads no answer, finds no user and works out no cost.
   */
  floor() {
    provideTelemetry([]);
    return { client: withFixedSpans(plainClient()) };
  },
  /** The SDK's context manager alone: the request runs in a context, and nothing is recorded. */
  context() {
    provideTelemetry([]);
    return { client: inContext(plainClient()) };
  },
  /** All that an application of Userspan writes; its exporter has no collector, as the others' have none. */
  async register() {
    const { register } = await import('@userspan/node');
    const at = performance.now();
    register({ exporter: discarding() });
    return { client: plainClient(), setUpMs: performance.now() - at };
  },
};

const clientOptions = { apiKey: 'k', baseURL, ...(settings.isOnSocket ? {} : { fetch: answerInProcess }) };

function plainClient() {
  return new openai.OpenAI(clientOptions);
}

async function instrumented(name, processors = []) {
  const { OpenAIInstrumentation } = await import(name);
  provideTelemetry(processors);
  const { trace, metrics } = require('@opentelemetry/api');
  const instrumentation = new OpenAIInstrumentation();
  instrumentation.setTracerProvider(trace.getTracerProvider());
  instrumentation.setMeterProvider(metrics.getMeterProvider());
  if (typeof instrumentation.manuallyInstrument === 'function') {
    // Traceloop's takes the class, ours both.
    instrumentation.manuallyInstrument(openai.OpenAI);
  } else {
    for (const { patch } of instrumentation.getModuleDefinitions())
      patch?.(openai, openai.VERSION ?? '6.49.0');
  }
  return { client: plainClient() };
}

function inContext(client) {
  const { context, createContextKey, ROOT_CONTEXT } = require('@opentelemetry/api');
  const active = ROOT_CONTEXT.setValue(createContextKey('bench'), true);
  const { makeRequest } = client;
  client.makeRequest = function (...args) {
    return context.with(active, makeRequest, this, ...args);
  };
  return client;
}

function withFixedSpans(client) {
  const { context, metrics, SpanKind, trace } = require('@opentelemetry/api');
  const tracer = trace.getTracer('floor');
  const meter = metrics.getMeter('floor');
  const duration = meter.createHistogram('gen_ai.client.operation.duration');
  const tokens = meter.createHistogram('gen_ai.client.token.usage');
  const known = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'server.address': '127.0.0.1',
    'server.port': 80,
    'gen_ai.request.model': 'gpt-4o-mini',
  };
  const started = { kind: SpanKind.CLIENT, attributes: { ...known, 'openai.api.type': 'chat_completions' } };
  const ended = {
    'gen_ai.response.id': 'chatcmpl-1',
    'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
    'gen_ai.response.finish_reasons': ['stop'],
    'openai.response.service_tier': 'default',
    'openai.response.system_fingerprint': 'fp',
    'gen_ai.usage.input_tokens': 12,
    'gen_ai.usage.output_tokens': 34,
    'gen_ai.usage.cost': 0.0000222,
    'userspan.cost.source': 'list',
    'userspan.cost.as_of': '2026-11-20',
  };
  const measured = { ...known, 'gen_ai.response.model': 'gpt-4o-mini-2024-07-18' };
  const input = { ...measured, 'gen_ai.token.type': 'input' };
  const output = { ...measured, 'gen_ai.token.type': 'output' };
  const { makeRequest } = client;
  client.makeRequest = function (...args) {
    const from = performance.now();
    const span = tracer.startSpan('chat gpt-4o-mini', started);
    const active = trace.setSpan(context.active(), span);
    return context.with(active, makeRequest, this, ...args).then((props) => {
      span.setAttributes(ended);
      if (settings.hasMetrics) {
        duration.record((performance.now() - from) / 1000, measured);
        tokens.record(12, input);
        tokens.record(34, output);
      }
      span.end();
      return props;
    });
  };
  return client;
}

/** Sets up the SDK as in an application, but without sending spans over the network. */
function provideTelemetry(processors) {
  const { NodeTracerProvider, BatchSpanProcessor } = require('@opentelemetry/sdk-trace-node');
  const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
  const spanProcessors = [
    ...processors,
    settings.hasExports ? new BatchSpanProcessor(discarding()) : dropping,
  ];
  new NodeTracerProvider({ spanProcessors }).register({
    contextManager: new AsyncLocalStorageContextManager(),
  });
  if (!settings.hasMetrics) return;
  const { MeterProvider, PeriodicExportingMetricReader } = require('@opentelemetry/sdk-metrics');
  const readers = [new PeriodicExportingMetricReader({ exporter: discarding() })];
  require('@opentelemetry/api').metrics.setGlobalMeterProvider(new MeterProvider({ readers }));
}

/** A processor that enters no context, unlike the SDK's own. */
const dropping = {
  onStart() {},
  onEnd(span) {
    exported.spans += 1;
    exported.last = span;
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};

/** Counts spans, and keeps the last one to check its attributes. */
const exported = { spans: 0, last: undefined };
function discarding() {
  return {
    export(batch, done) {
      if (Array.isArray(batch)) {
        exported.spans += batch.length;
        exported.last = batch.at(-1);
      }
      done({ code: 0 });
    },
    // Cumulative, as the OTLP exporter's.
    selectAggregationTemporality: () => 1,
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}

const settingUpAt = performance.now();
const set = await contenders[contender]();
const allMs = performance.now() - settingUpAt;
const { client, params = {}, asUser = (run) => run() } = set;
const messages = [{ role: 'user', content: 'Where is Oslo?' }];

function call() {
  return asUser(() => client.chat.completions.create({ model: 'gpt-4o-mini', messages, ...params }));
}

/** A client that asks for usage gets the field in every chunk; without asking, some record none. */
function stream(options) {
  return asUser(async () => {
    const chunks = await client.chat.completions.create({
      model: 'gpt-4o-mini',
      messages,
      stream: true,
      ...options,
      ...params,
    });
    let count = 0;
    for await (const { choices } of chunks) count += choices.length;
    if (count !== 201) throw new Error(`${count} chunks instead of 201`);
  });
}

const COUNTED = { stream_options: { include_usage: true } };

/** Microseconds per operation: elapsed time, and processor time of this process. */
async function timed(once, count) {
  const cpu = process.cpuUsage();
  const from = performance.now();
  for (let i = 0; i < count; i += 1) await once();
  const wall = ((performance.now() - from) * 1000) / count;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / count };
}

/** Few, so that the collector seldom comes in between. */
const CALLS_BETWEEN_LOOKS = 10;

/** Bytes of one call: the median of short stretches. Never `gc()` here: it throws compiled code away. */
async function bytes(count) {
  const grown = [];
  for (let done = 0; done < count; done += CALLS_BETWEEN_LOOKS) {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < CALLS_BETWEEN_LOOKS; i += 1) await call();
    grown.push((process.memoryUsage().heapUsed - before) / CALLS_BETWEEN_LOOKS);
  }
  return grown.toSorted((a, b) => a - b)[grown.length >> 1];
}

/** What one call leaves behind: a contender that records less is no rival. */
async function recorded() {
  exported.spans = 0;
  await call();
  if (!NOT_RECORDING.has(contender)) {
    await require('@opentelemetry/api').trace.getTracerProvider().getDelegate().forceFlush();
  }
  return { spans: exported.spans, attributes: Object.keys(exported.last?.attributes ?? {}).length };
}

const tasks = {
  call: (count) => timed(call, count),
  counted: (count) => timed(() => stream(COUNTED), count),
  uncounted: (count) => timed(() => stream({}), count),
  bytes,
  recorded,
  async cold() {
    const from = performance.now();
    await call();
    return { openaiMs, setUpMs: set.setUpMs, allMs, firstCallMs: performance.now() - from };
  },
};

if (settings.isInContext && (contender === 'bare' || contender === 'posthog')) provideTelemetry([]);
process.on('message', ({ task, count }) => {
  const run = async () => process.send({ figure: await tasks[task](count) });
  if (!settings.isInContext) return run();
  const { context, createContextKey, ROOT_CONTEXT } = require('@opentelemetry/api');
  return context.with(ROOT_CONTEXT.setValue(createContextKey('bench'), true), run);
});
process.send('ready');
