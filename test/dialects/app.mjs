/**
 * An app that is recorded by another vendor's instrumentation, alone or together with Userspan's. It prints the ledger's
 * users: `node app.mjs <instrumentation> <alone|together|first> [suffix of user ids]`. OPENAI_BASE_URL is the URL of the
 * API, and COLLECTOR_URL that of the collector, if there is one.
 */
import { createRequire } from 'node:module';
import { context, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { BatchSpanProcessor, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { identify, UserSpanProcessor } from '@userspan/core';
import { CostSpanProcessor, SpanToUserProcessor } from '@userspan/ledger';
import { OpenAIInstrumentation } from '@userspan/openai';
import { instrumentations } from './instrumentations.mjs';

const [name, company, suffix = ''] = process.argv.slice(2);
const baseURL = process.env.OPENAI_BASE_URL;
const require = createRequire(import.meta.url);

const theirs = await instrumentations[name](require);
const ledger = new SpanToUserProcessor();
const exporter = new InMemorySpanExporter();
const exporting = [new SimpleSpanProcessor(exporter)];
if (process.env.COLLECTOR_URL !== undefined) {
  exporting.push(
    new BatchSpanProcessor(new OTLPTraceExporter({ url: `${process.env.COLLECTOR_URL}/v1/traces` })),
  );
}
const provider = new NodeTracerProvider({
  spanProcessors: [
    new UserSpanProcessor(),
    ...(theirs.processors ?? []),
    new CostSpanProcessor(),
    ledger,
    ...exporting,
  ],
});
provider.register();
registerInstrumentations({
  instrumentations: [
    ...(company === 'first' ? [new OpenAIInstrumentation()] : []),
    ...(theirs.instrumentations ?? []),
    ...(company === 'together' ? [new OpenAIInstrumentation()] : []),
  ],
});

const { OpenAI } = require('openai');
const client = theirs.observe(new OpenAI({ apiKey: 'sk-test', baseURL, maxRetries: 0 }));
const billsSoFar = async () => (await (await fetch(`${baseURL.replace('/v1', '')}/_bills`)).json()).length;

/** The requests of one user, and the user's lines on the bill. */
async function asUser(userId, inside) {
  const from = await billsSoFar();
  await identify(userId + suffix, { email: `${userId}@example.com` }, async () => {
    for (const way of theirs.ways) await inside(() => way(client));
  });
  return [from, await billsSoFar()];
}

const tracer = trace.getTracer('app');
const bills = {
  // Every call below a span of the app, as under an HTTP server.
  ada: await asUser('ada', (call) =>
    tracer.startActiveSpan('request', async (span) => {
      await call();
      span.end();
    }),
  ),
  // Calls without a span of the app.
  bob: await asUser('bob', (call) => call()),
  // All calls at the same time below one span.
  eve: await (async () => {
    const from = await billsSoFar();
    await identify(`eve${suffix}`, () =>
      tracer.startActiveSpan('request', async (span) => {
        await Promise.all(theirs.ways.map((way) => way(client)));
        span.end();
      }),
    );
    return [from, await billsSoFar()];
  })(),
};
await context.with(context.active(), () => provider.forceFlush());
const spans = exporter.getFinishedSpans().map((span) => ({
  name: span.name,
  scope: span.instrumentationScope.name,
  traceId: span.spanContext().traceId,
  spanId: span.spanContext().spanId,
  parentSpanId: span.parentSpanContext?.spanId,
  attributes: span.attributes,
}));
await provider.shutdown();
process.stdout.write(
  JSON.stringify({ users: ledger.users(), unattributed: ledger.unattributed(), bills, spans }),
);
