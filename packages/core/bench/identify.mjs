/**
 * What a user costs: `identify` with 5 props and 10 child spans, beside the bare SDK and the community's baggage span
 * processor doing the same (5 baggage entries, copied to each span). One process, rounds interleaved, medians.
 *
 *     node --expose-gc packages/core/bench/identify.mjs
 */
import { context, propagation } from '@opentelemetry/api';
import { ALLOW_ALL_BAGGAGE_KEYS, BaggageSpanProcessor } from '@opentelemetry/baggage-span-processor';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';

import { UserPropagator, UserSpanProcessor, identify, setBaggageMode } from '../dist/index.js';

const CHILDREN = 10;
const SPANS = CHILDREN + 1;
const UNITS_PER_ROUND = 4000;
const ROUNDS = 41;

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const w3c = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});
propagation.setGlobalPropagator(new UserPropagator(w3c));

/** Stands for the exporter, so that finished spans are let go of. */
const sink = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
const tracerOf = (...processors) =>
  new BasicTracerProvider({ spanProcessors: [...processors, sink] }).getTracer('bench');

function request(tracer) {
  tracer.startActiveSpan('request', (root) => {
    for (let i = 0; i < CHILDREN; i += 1) tracer.startActiveSpan('child', (span) => span.end());
    root.end();
  });
}

const bare = tracerOf();
const community = tracerOf(new BaggageSpanProcessor(ALLOW_ALL_BAGGAGE_KEYS));
const ours = tracerOf(new UserSpanProcessor());
const props = (i) => ({
  name: `Ada ${i}`,
  email: `ada${i}@example.com`,
  group: 'acme',
  plan: 'pro',
  seat: `s${i}`,
});

function identified(i) {
  const { name, email, group, plan, seat } = props(i);
  identify(`u${i}`, { name, email, group, plan, seat }, () => request(ours));
}

const contestants = {
  'bare SDK': (i) => {
    props(i);
    request(bare);
  },
  'baggage span processor': (i) => {
    const { name, email, group, plan, seat } = props(i);
    const baggage = propagation.createBaggage({
      'user.id': { value: `u${i}` },
      'user.name': { value: name },
      'user.email': { value: email },
      'userspan.user.group': { value: group },
      'userspan.user.plan': { value: plan },
      'userspan.user.seat': { value: seat },
    });
    context.with(propagation.setBaggage(context.active(), baggage), () => request(community));
  },
  'userspan, guarded baggage': (i) => {
    setBaggageMode('guarded');
    identified(i);
  },
  'userspan, no baggage': (i) => {
    setBaggageMode('never');
    identified(i);
  },
};

const runs = Object.fromEntries(
  Object.keys(contestants).map((name) => [name, { microseconds: [], bytes: [] }]),
);
for (let round = -4; round < ROUNDS; round += 1) {
  for (const [name, unit] of Object.entries(contestants)) {
    globalThis.gc?.();
    const heapBefore = process.memoryUsage().heapUsed;
    unit(0);
    const start = performance.now();
    for (let i = 0; i < UNITS_PER_ROUND; i += 1) unit(i);
    const milliseconds = performance.now() - start;
    if (round < 0) continue;
    runs[name].microseconds.push((milliseconds * 1000) / UNITS_PER_ROUND / SPANS);
    // Bytes: a short run without a collection in between.
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 100; i += 1) unit(i);
    const bytes = process.memoryUsage().heapUsed - before;
    if (bytes > 0 && heapBefore > 0) runs[name].bytes.push(bytes / 100 / SPANS);
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const baseline = runs['bare SDK'];
const peer = runs['baggage span processor'];
console.log(
  `node ${process.version}, ${ROUNDS} rounds of ${UNITS_PER_ROUND} requests of ${SPANS} spans, medians`,
);
console.table(
  Object.fromEntries(
    Object.entries(runs).map(([name, run]) => [
      name,
      {
        'µs/span': median(run.microseconds).toFixed(3),
        'added µs/span': (median(run.microseconds) - median(baseline.microseconds)).toFixed(3),
        'B/span': Math.round(median(run.bytes)),
        'added B/span': Math.round(median(run.bytes) - median(baseline.bytes)),
        'of the peer': (median(run.microseconds) / median(peer.microseconds)).toFixed(2),
      },
    ]),
  ),
);
