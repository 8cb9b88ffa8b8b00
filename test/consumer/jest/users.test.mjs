// Jest with native ES modules: node --experimental-vm-modules.
import { trace } from '@opentelemetry/api';
import { expect, test } from '@jest/globals';
import { currentUser, identify } from '@userspan/core';
import { ATTR_USER_ID } from '@userspan/core/semconv';
import { register } from '@userspan/node';
import { identifyRequest } from '@userspan/node/express';
import { observeOpenAI } from '@userspan/openai';
import { priceOf } from '@userspan/pricing';
import { SpanToUserProcessor } from '@userspan/ledger';
import { UserspanHandler } from '@userspan/langchain';

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
