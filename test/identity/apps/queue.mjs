// One embeddings object and one chat model for the whole app, as tutorials write it; many users at the same time.
import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-node';
import { identify, register } from '@userspan/node';

const [baseURL, count] = process.argv.slice(2);
const exporter = new InMemorySpanExporter();
const registration = register({ exporter });
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
await Promise.all(
  Array.from({ length: Number(count) }, (_, at) => identify(`u${at}`, () => answer(`u${at}`))),
);
await registration.flush();

const traces = new Map();
for (const span of exporter.getFinishedSpans()) {
  const { name, attributes } = span;
  const { traceId } = span.spanContext();
  traces.set(traceId, [...(traces.get(traceId) ?? []), `${name} ${attributes['user.id']}`]);
}
process.stdout.write(`${JSON.stringify([...traces.values()].map((spans) => spans.toSorted()))}\n`);
