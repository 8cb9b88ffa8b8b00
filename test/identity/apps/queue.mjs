// Many users at the same time share one embeddings object and one chat model, as in tutorials. First `identify` around
// each request names the user. Then the metadata of LangChain's calls does so, with Userspan's handler, inside an
// `identify` for another user.
import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-node';
import { UserspanHandler } from '@userspan/langchain';
import { SpanToUserProcessor } from '@userspan/ledger';
import { identify, register } from '@userspan/node';

const [baseURL, count] = process.argv.slice(2);
const exporter = new InMemorySpanExporter();
const ledger = new SpanToUserProcessor();
const registration = register({ exporter, spanProcessors: [ledger] });
const { OpenAIEmbeddings, ChatOpenAI } = await import('@langchain/openai');

const options = { apiKey: 'sk-test', configuration: { baseURL }, maxConcurrency: 2 };
const embeddings = new OpenAIEmbeddings(options);
const model = new ChatOpenAI({ ...options, model: 'gpt-4o-mini' });

async function answer(user) {
  await trace.getTracer('app').startActiveSpan('request', async (request) => {
    await embeddings.embedQuery(`question of ${user}`);
    await model.invoke(`question of ${user}`);
    request.end();
  });
}

const numbers = Array.from({ length: Number(count) }, (_, at) => at);
await Promise.all(numbers.map((at) => identify(`u${at}`, () => answer(`u${at}`))));
await registration.flush();
const traces = new Map();
for (const span of exporter.getFinishedSpans()) {
  const { name, attributes } = span;
  const { traceId } = span.spanContext();
  traces.set(traceId, [...(traces.get(traceId) ?? []), `${name} ${attributes['user.id']}`]);
}

const callbacks = [new UserspanHandler()];
await identify('somebody else', () =>
  Promise.all(
    numbers.map((at) => model.invoke(`question ${at}`, { callbacks, metadata: { userId: `named${at}` } })),
  ),
);
await registration.flush();
const named = ledger.users().filter(({ id }) => !id.startsWith('u'));
process.stdout.write(
  JSON.stringify({
    traces: [...traces.values()].map((spans) => spans.toSorted()),
    named: named.map(({ id, calls, costExact }) => ({ id, calls, costExact })),
  }),
);
