// A tracer provider that keeps its spans and writes them as JSON when the app ends.
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';

const exporter = new InMemorySpanExporter();
export const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
tracerProvider.register();

process.once('exit', () => {
  const spans = exporter.getFinishedSpans().map(({ name, attributes }) => ({
    name,
    input: attributes['gen_ai.usage.input_tokens'],
    cost: attributes['gen_ai.usage.cost'],
  }));
  process.stdout.write(`${JSON.stringify(spans)}\n`);
});
