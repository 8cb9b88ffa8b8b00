/**
 * An app that loads every package twice, with `import` and with `require`, and uses them together.
 *
 *     node both.mjs http://127.0.0.1:1234/v1
 *
 * Prints one line of JSON with the state that each copy read from the other one, by name.
 */
import { createRequire } from 'node:module';

import { diag, trace } from '@opentelemetry/api';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-node';
import * as coreImported from '@userspan/core';
import * as internalImported from '@userspan/core/internal';
import * as semconvImported from '@userspan/core/semconv';
import * as langchainImported from '@userspan/langchain';
import * as ledgerImported from '@userspan/ledger';
import * as nodeImported from '@userspan/node';
import * as openaiImported from '@userspan/openai';
import * as pricingImported from '@userspan/pricing';

const require = createRequire(import.meta.url);
const imported = {
  core: coreImported,
  internal: internalImported,
  semconv: semconvImported,
  langchain: langchainImported,
  ledger: ledgerImported,
  node: nodeImported,
  openai: openaiImported,
  pricing: pricingImported,
};
const required = {
  core: require('@userspan/core'),
  internal: require('@userspan/core/internal'),
  semconv: require('@userspan/core/semconv'),
  langchain: require('@userspan/langchain'),
  ledger: require('@userspan/ledger'),
  node: require('@userspan/node'),
  openai: require('@userspan/openai'),
  pricing: require('@userspan/pricing'),
};
const report = { exports: {} };
for (const name of Object.keys(imported)) {
  const names = (module) => Object.keys(module).filter((key) => key !== '__esModule' && key !== 'default');
  report.exports[name] = [names(imported[name]).sort(), names(required[name]).sort()];
}
report.isTwoCopies = imported.core.identify !== required.core.identify;

const warnings = [];
const ignore = () => {};
diag.setLogger(
  { error: ignore, warn: (line) => warnings.push(line), info: ignore, debug: ignore, verbose: ignore },
  { suppressOverrideMessage: true },
);

/** One copy sets the state, and the other one reads it. */
const pairs = [
  ['imported', 'required', imported, required],
  ['required', 'imported', required, imported],
];
const byUser = Object.fromEntries(pairs.map(([name, , one]) => [name, new one.ledger.SpanToUserProcessor()]));
const exporter = new InMemorySpanExporter();
const registration = required.node.register({
  exporter,
  captureContent: true,
  flushOnExit: false,
  spanProcessors: [new imported.core.UserSpanProcessor(), ...Object.values(byUser)],
});
report.isOneRegistration = imported.node.register() === registration;
const tracer = trace.getTracer('app');

report.pairs = {};
for (const [first, second, one, other] of pairs) {
  const seen = {};
  one.core.identify('u1', { plan: 'pro' }, () => {
    seen.user = other.core.currentUser();
    tracer.startSpan(`${first} scope`).end();
    other.core.identify(null, () => {
      seen.noUser = one.core.currentUser() ?? null;
    });
  });
  tracer.startActiveSpan(`${first} statement`, (span) => {
    one.core.identify('u2');
    seen.statement = other.core.currentUser();
    span.end();
  });
  one.core.withThread('t1', () => {
    other.core.openThread({ id: 't2' }).run(() => tracer.startSpan(`${first} thread`).end());
  });
  await one.core.identify('u3', () => other.core.wrapAgent(() => 1, { name: `${first} agent` })());
  const run = one.core.wrapAgent(() => 1, { name: `${first} parent` })();
  await run;
  await other.core
    .wrapTool(() => 1, { name: `${first} tool` })()
    .setParent(run);
  one.core.setContentCapture(false);
  seen.isContentCaptured = other.core.isContentCaptured();
  one.core.setContentCapture(true);
  one.core.setBaggageMode('always');
  seen.baggageMode = other.internal.baggageMode();
  one.core.setBaggageMode('guarded');
  one.internal.recordResponse(`resp ${first}`);
  seen.isResponseRecorded = other.internal.isResponseRecorded(`resp ${first}`);
  one.core.identify({}, () => {});
  seen.prices = other.pricing.priceOf(
    { provider: 'openai', model: 'mine', usage: { inputTokens: 1_000_000 }, at: new Date('2026-01-01') },
    one.pricing.parsePrices({ models: { mine: { input: 3 } } }),
  );
  report.pairs[`${first}, ${second}`] = seen;
}
report.warnings = warnings;

// An OpenAI client of each module format, observed by both copies and instrumented by register().
const baseURL = process.argv[2];
const question = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] };
const { default: ImportedOpenAI } = await import('openai');
for (const [name, OpenAI] of [
  ['imported', ImportedOpenAI],
  ['required', require('openai').OpenAI],
]) {
  for (const copies of [imported, required])
    new copies.openai.OpenAIInstrumentation().manuallyInstrument(OpenAI);
  const client = new OpenAI({ apiKey: 'sk-test', baseURL });
  imported.openai.observeOpenAI(required.openai.observeOpenAI(client));
  for (const [first, , one] of pairs) {
    await one.core.identify(`${name} openai, ${first} user`, () => client.chat.completions.create(question));
  }
}

// The LangChain handler of one copy records no usage, because the span of the other copy has it.
const { ChatOpenAI } = await import('@langchain/openai');
const model = new ChatOpenAI({ model: 'gpt-4o-mini', apiKey: 'sk-test', configuration: { baseURL } });
for (const [name, , one, other] of pairs) {
  await one.core.identify(`langchain, ${name} user`, () =>
    model.invoke('hi', { callbacks: [new other.langchain.UserspanHandler()] }),
  );
}

await registration.flush();
report.spans = exporter.getFinishedSpans().map((span) => ({
  name: span.name,
  attributes: span.attributes,
  parent: span.parentSpanContext?.spanId,
  id: span.spanContext().spanId,
}));
report.users = Object.fromEntries(
  Object.entries(byUser).map(([name, processor]) => [
    name,
    processor.users().map(({ id, calls, costExact }) => [id, calls, costExact]),
  ]),
);
await imported.node.register().shutdown();
report.isShutDown = required.node.register({ enabled: false }) !== registration;
console.log(JSON.stringify(report));
