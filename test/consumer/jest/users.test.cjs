// Jest's own module system, CommonJS: what a project without any configuration runs.
const { currentUser, identify } = require('@userspan/core');
const { ATTR_USER_ID } = require('@userspan/core/semconv');
const { register } = require('@userspan/node');
const { identifyRequest } = require('@userspan/node/express');
const { observeOpenAI } = require('@userspan/openai');
const { priceOf } = require('@userspan/pricing');
const { SpanToUserProcessor } = require('@userspan/ledger');
const { UserspanHandler } = require('@userspan/langchain');

test('the packages work in Jest', async () => {
  const exporter = {
    spans: [],
    export(spans, done) {
      this.spans.push(...spans);
      done({ code: 0 });
    },
    shutdown: async () => {},
  };
  const userspan = register({ exporter, flushOnExit: false });
  const { trace } = require('@opentelemetry/api');
  identify('u1', () => {
    expect(currentUser()).toEqual({ id: 'u1', props: {} });
    trace.getTracer('app').startSpan('work').end();
  });
  await userspan.flush();
  expect(exporter.spans.map((span) => span.attributes[ATTR_USER_ID])).toEqual(['u1']);
  await userspan.shutdown();
  expect(
    [identifyRequest, observeOpenAI, priceOf, SpanToUserProcessor, UserspanHandler].map((x) => typeof x),
  ).toEqual(Array.from({ length: 5 }, () => 'function'));
});
