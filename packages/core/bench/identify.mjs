/**
 * Measures `identify` with 5 props and 10 child spans, next to the bare SDK and the community's baggage span processor
 * with the same entries, copied to each span. One process with interleaved rounds; prints medians.
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
const UNITS_PER_ROUND = 2000;
const ROUNDS = 40;

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const w3c = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});
propagation.setGlobalPropagator(new UserPropagator(w3c));

/** Replaces the exporter, so that finished spans can be collected. */
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

const names = Object.keys(contestants);
const runs = Object.fromEntries(names.map((name) => [name, { microseconds: [], bytes: [] }]));
for (let round = -4; round < ROUNDS; round += 1) {
  // Each round begins with a different contestant, so that no contestant always collects the garbage of the same other one.
  for (let turn = 0; turn < names.length; turn += 1) {
    const name = names[(round + 4 + turn) % names.length];
    const unit = contestants[name];
    unit(0);
    globalThis.gc?.();
    const start = performance.now();
    for (let i = 0; i < UNITS_PER_ROUND; i += 1) unit(i);
    const milliseconds = performance.now() - start;
    // Measures bytes in a short run without a garbage collection.
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 100; i += 1) unit(i);
    const bytes = process.memoryUsage().heapUsed - before;
    if (round < 0) continue;
    runs[name].microseconds.push((milliseconds * 1000) / UNITS_PER_ROUND / SPANS);
    runs[name].bytes.push(bytes / 100 / SPANS);
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
/**
 * Median over the rounds of what `pick` returns for two contestants in the same round, because a slow phase of the
 * machine affects both.
 */
const paired = (name, other, pick) =>
  median(runs[name].microseconds.map((value, round) => pick(value, runs[other].microseconds[round])));
console.log(
  `node ${process.version}, ${ROUNDS} rounds of ${UNITS_PER_ROUND} requests of ${SPANS} spans, medians`,
);
console.table(
  Object.fromEntries(
    Object.entries(runs).map(([name, run]) => [
      name,
      {
        'µs/span': median(run.microseconds).toFixed(3),
        'added µs/span': paired(name, 'bare SDK', (ours, bare) => ours - bare).toFixed(3),
        'B/span': Math.round(median(run.bytes)),
        'added B/span': Math.round(median(run.bytes) - median(runs['bare SDK'].bytes)),
        'of the peer': paired(name, 'baggage span processor', (ours, peer) => ours / peer).toFixed(2),
      },
    ]),
  ),
);
