/**
 * Measures what the processors add to a span, next to the bare SDK, and how fast the functions are that the collector
 * uses. One process with interleaved rounds; prints medians.
 *
 *     node packages/ledger/bench/processors.mjs
 */
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import {
  CostSpanProcessor,
  SpanToUserProcessor,
  fromReadableSpan,
  readSpan,
  resolveTrace,
} from '../dist/index.js';

const SPANS_PER_ROUND = 5000;
const ROUNDS = 30;

const sink = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
const tracerOf = (...processors) =>
  new BasicTracerProvider({ spanProcessors: [...processors, sink] }).getTracer('bench');

const other = {
  'http.request.method': 'GET',
  'url.path': '/chat',
  'server.address': 'example.com',
  'http.response.status_code': 200,
  'user.id': 'u42',
  'user.name': 'Ada',
  'session.id': 's1',
};
const call = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
  'gen_ai.response.id': 'chatcmpl-1',
  'gen_ai.usage.input_tokens': 1920,
  'gen_ai.usage.output_tokens': 300,
  'gen_ai.usage.cache_read.input_tokens': 1024,
  'user.id': 'u42',
  'session.id': 's1',
};
const priced = { ...call, 'gen_ai.usage.cost': 0.0004, 'userspan.cost.source': 'list' };

const tracers = {
  'bare SDK': tracerOf(),
  CostSpanProcessor: tracerOf(new CostSpanProcessor()),
  SpanToUserProcessor: tracerOf(new SpanToUserProcessor()),
};

function medianOf(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function measure(run) {
  const start = performance.now();
  run();
  return ((performance.now() - start) * 1000) / SPANS_PER_ROUND;
}

for (const [name, attributes] of Object.entries({
  'any other span': other,
  'a call without a cost': call,
  'a call with a cost': priced,
})) {
  const times = new Map(Object.keys(tracers).map((tracer) => [tracer, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [tracer, { startSpan }] of Object.entries(tracers).map(([key, value]) => [
      key,
      { startSpan: value.startSpan.bind(value) },
    ])) {
      times.get(tracer).push(
        measure(() => {
          for (let i = 0; i < SPANS_PER_ROUND; i += 1) startSpan('span', { attributes }).end();
        }),
      );
    }
  }
  const bare = medianOf(times.get('bare SDK'));
  for (const [tracer, rounds] of times) {
    const median = medianOf(rounds);
    console.log(
      `${name}: ${tracer} ${median.toFixed(2)} µs a span, ${(median - bare).toFixed(2)} added, ${(median / bare).toFixed(2)} times`,
    );
  }
}

const finished = [];
const tracer = tracerOf({ ...sink, onEnd: (span) => finished.push(fromReadableSpan(span)) });
for (const attributes of [other, call, priced]) tracer.startSpan('span', { attributes }).end();
for (const [at, name] of ['any other span', 'a call without a cost', 'a call with a cost'].entries()) {
  const rounds = Array.from({ length: ROUNDS }, () =>
    measure(() => {
      for (let i = 0; i < SPANS_PER_ROUND; i += 1) readSpan(finished[at]);
    }),
  );
  console.log(`readSpan of ${name}: ${medianOf(rounds).toFixed(2)} µs`);
}
const { traceSpan } = readSpan(finished[1]);
const spans = [{ traceId: traceSpan.traceId, spanId: 'root', userId: 'u42' }];
for (let i = 0; i < 4; i += 1) spans.push({ ...traceSpan, spanId: `c${i}`, parentSpanId: 'root' });
const rounds = Array.from({ length: ROUNDS }, () =>
  measure(() => {
    for (let i = 0; i < SPANS_PER_ROUND; i += spans.length) resolveTrace(spans);
  }),
);
console.log(`resolveTrace of ${spans.length} spans: ${medianOf(rounds).toFixed(2)} µs a span`);
