// One process of packages/openai/bench/openai.mjs: `node contender.mjs NAME[+metrics]`. Answers each message with one
// figure.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { context, createContextKey, metrics, ROOT_CONTEXT } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const {
  AggregationTemporality,
  MeterProvider,
  PeriodicExportingMetricReader,
} = require('@opentelemetry/sdk-metrics');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const OpenAIModule = require('openai');

const CHUNKS = 200;
/** Of what is timed, this share is done before: then the caches are warm again, when another process had the machine. */
const LEAD_IN = 0.1;

const instruments = {
  bare: () => {},
  userspan: () => patched('@userspan/openai', 'OpenAIInstrumentation'),
  opentelemetry: () => patched('@opentelemetry/instrumentation-openai', 'OpenAIInstrumentation'),
  openinference: () => patched('@arizeai/openinference-instrumentation-openai', 'OpenAIInstrumentation'),
  traceloop: () => patched('@traceloop/instrumentation-openai', 'OpenAIInstrumentation'),
  langfuse: () => require('@langfuse/openai').observeOpenAI,
};

function patched(name, exported) {
  const Instrumentation = require(name)[exported];
  const instrumentation = new Instrumentation();
  instrumentation.setTracerProvider?.(provider);
  // One of the peers breaks unless it is told, also where nobody collects metrics.
  instrumentation.setMeterProvider?.(metrics.getMeterProvider());
  if (typeof instrumentation.manuallyInstrument === 'function') {
    // Each takes the class, its module, or either.
    for (const target of [OpenAIModule.OpenAI, OpenAIModule]) {
      try {
        instrumentation.manuallyInstrument(target);
        return undefined;
      } catch {
        // Then the next.
      }
    }
  }
  for (const definition of instrumentation.getModuleDefinitions?.() ?? instrumentation._modules ?? []) {
    definition.patch?.(OpenAIModule, OpenAIModule.VERSION ?? '6.49.0');
  }
  return undefined;
}

/** The same for all: counts the spans that end, and keeps the last one to see what is on it. */
const recorded = { spans: 0, last: undefined };
const processor = {
  onStart() {},
  onEnd(span) {
    recorded.spans += 1;
    recorded.last = span;
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};
const provider = new NodeTracerProvider({ spanProcessors: [processor] });
provider.register({ contextManager: new AsyncLocalStorageContextManager() });
const [name, option] = process.argv[2].split('+');
if (option === 'metrics') metrics.setGlobalMeterProvider(meterProvider());
const wrap = instruments[name]() ?? ((client) => client);

/** As in an application that collects metrics: all but the bytes on the wire. */
function meterProvider() {
  const exporter = {
    export: (_metrics, done) => done({ code: 0 }),
    selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  return new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
}

const usage = { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 };
const head = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-mini-2024-07-18',
  service_tier: 'default',
  system_fingerprint: 'fp',
};
const answer = JSON.stringify({
  ...head,
  choices: [{ index: 0, message: { role: 'assistant', content: 'word '.repeat(40) }, finish_reason: 'stop' }],
  usage,
});
const encoder = new TextEncoder();
const chunk = (choices, more) =>
  encoder.encode(
    `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...more, obfuscation: 'x7Kp' })}\n\n`,
  );
/** As the API sends them: whoever asks for usage gets the field in every chunk, and one chunk more. */
const chunksOf = (more) => [
  ...Array.from({ length: CHUNKS }, () =>
    chunk([{ index: 0, delta: { content: 'word ' }, finish_reason: null }], more),
  ),
  chunk([{ index: 0, delta: {}, finish_reason: 'stop' }], more),
];
const plainChunks = chunksOf({});
const countedChunks = [...chunksOf({ usage: null }), chunk([], { usage })];
const done = encoder.encode('data: [DONE]\n\n');

const fakeFetch = async (_url, init) => {
  if (!init.body.includes('"stream":true')) {
    return new Response(answer, { headers: { 'content-type': 'application/json' } });
  }
  const chunks = [...(init.body.includes('include_usage') ? countedChunks : plainChunks), done];
  let at = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (at < chunks.length) controller.enqueue(chunks[at++]);
      else controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
};

const client = wrap(
  new OpenAIModule.OpenAI({ apiKey: 'k', baseURL: 'https://api.openai.com/v1', fetch: fakeFetch }),
);
const messages = [{ role: 'user', content: 'Where is Oslo?' }];

async function call() {
  await client.chat.completions.create({ model: 'gpt-4o-mini', messages });
}

async function stream(options) {
  const chunks = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    messages,
    stream: true,
    ...options,
  });
  let count = 0;
  for await (const { choices } of chunks) count += choices.length;
  if (count !== CHUNKS + 1) throw new Error(`${count} chunks`);
}

/** The caller asks for the usage: then all have the same to read. */
const asking = () => stream({ stream_options: { include_usage: true } });
/** The caller does not: most of the others record no usage then. */
const unasking = () => stream({});

/** Microseconds of one, of the processor: on a busy machine the clock on the wall measures the neighbours. */
async function timed(once, count) {
  for (let i = 0; i < count * LEAD_IN; i += 1) await once();
  const start = process.cpuUsage();
  for (let i = 0; i < count; i += 1) await once();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / count;
}

/** Calls between two looks at the heap: few, so that the collector seldom comes in between. */
const LOOK_EVERY = 25;

/**
 * Bytes of one call: the median of short stretches. Never `gc()` here: a full collection throws away compiled code, and
 * what follows measures the compiler.
 */
async function bytes(count) {
  const grown = [];
  for (let done = 0; done < count; done += LOOK_EVERY) {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < LOOK_EVERY; i += 1) await call();
    grown.push((process.memoryUsage().heapUsed - before) / LOOK_EVERY);
  }
  return grown.toSorted((a, b) => a - b)[grown.length >> 1];
}

/** What one call and one stream leave behind: whoever records less is no rival. */
async function work() {
  const seen = {};
  for (const [kind, once] of Object.entries({ call, asking, unasking })) {
    recorded.spans = 0;
    recorded.last = undefined;
    await once();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const names = Object.keys(recorded.last?.attributes ?? {});
    seen[kind] = {
      spans: recorded.spans,
      attributes: names.length,
      hasUsage: names.some((name) => /(usage|usage_details|token_count)/.test(name)),
      hasCost: names.some((name) => name.endsWith('cost')),
    };
  }
  return seen;
}

const tasks = {
  call: (count) => timed(call, count),
  asking: (count) => timed(asking, count),
  unasking: (count) => timed(unasking, count),
  bytes,
  work,
};

// Inside a context, as in an application with tracing: the bare client pays for that as well.
const inside = ROOT_CONTEXT.setValue(createContextKey('bench'), true);
process.on('message', ({ task, count }) =>
  context.with(inside, async () => process.send({ figure: await tasks[task](count) })),
);
process.send('ready');
