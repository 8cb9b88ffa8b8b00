// Calls openai with each observer in turn, and prints what each saw: `node app.mjs openai6`. Before, it calls without any
// observer, and prints whether these calls turned on async hooks or left a frame behind.
import { executionAsyncId } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { identify, UserSpanProcessor } from '@userspan/core';
import { OpenAIInstrumentation } from '@userspan/openai';
import { OBSERVERS } from './observers.mjs';

const [name] = process.argv.slice(2);
const major = Number(name.at(-1));
const ports = process.env.OPENAI_TEST_PORTS.split(',');
const securePorts = process.env.OPENAI_TEST_SECURE_PORTS.split(',');
const require = createRequire(import.meta.url);

const ended = [];
// The SDK's own processors enter a context to export.
const keeping = {
  onStart() {},
  onEnd: (span) => ended.push(span),
  forceFlush: async () => {},
  shutdown: async () => {},
};
const tracerProvider = new NodeTracerProvider({ spanProcessors: [new UserSpanProcessor(), keeping] });
tracerProvider.register({ contextManager: new AsyncLocalStorageContextManager() });
const instrumentation = new OpenAIInstrumentation();
instrumentation.setTracerProvider(tracerProvider);
const { OpenAI, AzureOpenAI } = require(name);

if (instrumentation.manuallyInstrument === undefined)
  throw new Error('the instrumentation cannot be applied');
instrumentation.manuallyInstrument(OpenAI);

const fields = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] };
const sharedPort = ports.pop();
const clientOptions = { apiKey: 'sk-test', baseURL: `http://127.0.0.1:${sharedPort}/v1`, maxRetries: 2 };

/** Calls that must leave the app as it was. */
const CALLS = {
  call: (client) => client.chat.completions.create(fields),
  async stream(client) {
    const stream = await client.chat.completions.create({ ...fields, stream: true });
    for await (const _ of stream);
  },
  async 'stream with usage'(client) {
    const stream = await client.chat.completions.create({
      ...fields,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const _ of stream);
  },
  'call of a user': (client) =>
    client.chat.completions.create({ ...fields, userId: 'u42', userProps: { name: 'Ada' } }),
  'call with the response': (client) => client.chat.completions.create(fields).withResponse(),
  response: (client) => client.responses.create({ model: 'gpt-4o-mini', input: 'Hello' }),
  embedding: (client) => client.embeddings.create({ model: 'text-embedding-3-small', input: 'Hello' }),
  retried: (client) =>
    client.chat.completions.create(fields, { headers: { 'x-scenario': 'fail 429 once; retry after 1ms' } }),
  failed: (client) =>
    client.chat.completions.create(fields, { headers: { 'x-scenario': 'fail 400' } }).catch(() => {}),
  'post with a path': (client) => client.post('/chat/completions', { body: fields }),
  'request with plain options': (client) =>
    client.request({ method: 'post', path: '/chat/completions', body: fields }),
  list: (client) => client.models.list(),
};

async function areHooksOn() {
  // Without hooks, promises have no ids, and their callbacks keep that of the code around them.
  const outer = executionAsyncId();
  return Promise.resolve().then(() => executionAsyncId() !== outer);
}

const FRAMES = 'internal/async_context_frame';

/** Node 24 and later, under `--expose-internals`: whether the current code runs in a frame. */
function isInFrame() {
  if (!process.execArgv.includes('--expose-internals')) return false;
  return require(FRAMES).current() !== undefined;
}

async function measured(run, options) {
  ended.length = 0;
  const client = new OpenAI({ ...clientOptions, ...options });
  const running = run(client);
  const isFramed = isInFrame();
  await running;
  return {
    leaves: isFramed || isInFrame() ? 'a frame' : (await areHooksOn()) ? 'async hooks' : 'nothing',
    spans: ended.map(({ name, attributes }) => ({ name, ...attributes, ...RANDOM })),
  };
}

/** Attributes that differ between two equal calls. */
const RANDOM = {
  'gen_ai.response.id': undefined,
  'gen_ai.response.time_to_first_chunk': undefined,
  'userspan.failure_id': undefined,
};

const out = { calls: {}, entered: {}, observers: {} };
for (const [title, run] of Object.entries(CALLS)) out.calls[title] = await measured(run);
// The same calls, which enter a context now.
for (const [title, run] of Object.entries(CALLS)) {
  out.entered[title] = await measured(run, { fetch: (url, init) => fetch(url, init) });
}

for (const [title, row] of Object.entries(OBSERVERS)) {
  const { start, majors, connects, isSecure, isAzure } = typeof row === 'function' ? { start: row } : row;
  if (majors !== undefined && !majors.includes(major)) continue;
  ended.length = 0;
  const seen = [];
  let isWatching = true;
  const see = () => isWatching && seen.push(trace.getSpan(context.active())?.spanContext().spanId);
  const made = start({ see, OpenAI: isAzure ? AzureOpenAI : OpenAI, tracerProvider });
  const Client = made.Client ?? (isAzure ? AzureOpenAI : OpenAI);
  const port = isSecure ? securePorts.pop() : connects ? ports.pop() : sharedPort;
  if (port === undefined) throw new Error('more ports are needed');
  const origin = `http${isSecure ? 's' : ''}://localhost:${port}`;
  const { apiKey, maxRetries } = clientOptions;
  const client = new Client(
    isAzure
      ? { endpoint: origin, apiVersion: '2024-10-21', maxRetries, ...made.options }
      : { apiKey, maxRetries, baseURL: `${origin}/v1`, ...made.options },
  );
  made.change?.(client);
  if (made.changeLater !== undefined) {
    await client.chat.completions.create(fields);
    ended.length = 0;
    made.changeLater(client);
  }
  const body = made.body?.(JSON.stringify(fields));
  if (body === undefined) await client.chat.completions.create(fields, made.request);
  else await client.post('/chat/completions', { body, ...made.request });
  isWatching = false;
  made.stop?.();
  const isCall = ({ instrumentationScope }) => instrumentationScope.name === '@userspan/openai';
  const calls = ended.filter(isCall);
  // Spans of the other instrumentation.
  for (const span of ended) if (!isCall(span)) seen.push(span.parentSpanContext?.spanId);
  const call = calls[0]?.spanContext().spanId;
  out.observers[title] =
    calls.length !== 1
      ? `${calls.length} calls`
      : seen.length === 0
        ? 'saw nothing'
        : seen.every(
              (id) => id === call || ended.some((span) => span.spanContext().spanId === id && !isCall(span)),
            )
          ? 'below the call'
          : `saw ${seen.map((id) => id ?? 'no span').join(', ')}`;
}

// In a scope, the context is entered as always.
ended.length = 0;
await identify('u7', async () => {
  const client = new OpenAI(clientOptions);
  await client.chat.completions.create(fields);
});
await new OpenAI(clientOptions).chat.completions.create(fields);
out.users = ended.map(({ attributes }) => attributes['user.id'] ?? 'none');
process.stdout.write(JSON.stringify(out));
process.exit();
