// One process of packages/openai/bench/openai.mjs: `node contender.mjs NAME`. Answers each message with the figures of one round.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { context, createContextKey, metrics, ROOT_CONTEXT } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const OpenAIModule = require('openai');

const CALLS = 300;
const STREAMS = 30;
const CHUNKS = 200;
const noop = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };

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
  // Nobody collects metrics here; one of the peers breaks unless it is told so.
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

const provider = new NodeTracerProvider({ spanProcessors: [noop] });
provider.register({ contextManager: new AsyncLocalStorageContextManager() });
const wrap = instruments[process.argv[2]]() ?? ((client) => client);

const usage = { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 };
const head = { id: 'chatcmpl-1', created: 1, model: 'gpt-4o-mini-2024-07-18', system_fingerprint: 'fp' };
const answer = JSON.stringify({
  ...head,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'word '.repeat(40) }, finish_reason: 'stop' }],
  usage,
});
const encoder = new TextEncoder();
const chunk = (choices, more) =>
  encoder.encode(
    `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...more })}\n\n`,
  );
const words = Array.from({ length: CHUNKS }, () =>
  chunk([{ index: 0, delta: { content: 'word ' }, finish_reason: null }]),
);
const end = chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]);
const total = chunk([], { usage });
const done = encoder.encode('data: [DONE]\n\n');

const fakeFetch = async (_url, init) => {
  if (!init.body.includes('"stream":true')) {
    return new Response(answer, { headers: { 'content-type': 'application/json' } });
  }
  const chunks = [...words, end, ...(init.body.includes('include_usage') ? [total] : []), done];
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

async function round() {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  const start = performance.now();
  for (let i = 0; i < CALLS; i += 1) await client.chat.completions.create({ model: 'gpt-4o-mini', messages });
  const call = ((performance.now() - start) * 1000) / CALLS;
  const bytes = (process.memoryUsage().heapUsed - before) / CALLS;
  globalThis.gc();
  const streamStart = performance.now();
  for (let i = 0; i < STREAMS; i += 1) {
    const stream = await client.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true });
    let count = 0;
    for await (const { choices } of stream) count += choices.length;
    if (count !== CHUNKS + 1) throw new Error(`${count} chunks`);
  }
  const stream = ((performance.now() - streamStart) * 1000) / STREAMS;
  return { call, bytes, stream, version: '6.49.0' };
}

// Inside a context, as in an application with tracing: the bare client pays for that as well.
const inside = ROOT_CONTEXT.setValue(createContextKey('bench'), true);
process.on('message', async () => process.send(await context.with(inside, round)));
process.send('ready');
