// Measures the memory that traces of tens of thousands of spans take, and how long other requests wait meanwhile.
//
//   node packages/collector/bench/large-traces.mjs [SHAPE|all] [SPANS] [--late-traces 20]
//
// Each shape is sent to a separate collector in requests of 5,000 spans: roots, chain, reversed, cycle, star, and late
// (a batch of late spans for twenty traces, which together have SPANS and are loaded from the store after a restart). Another process asks
// `/readyz` every 10 ms. Prints its longest wait, and the peak memory above the memory before the trace. Linux only.
//
// With `--warm`, 120,000 spans in traces of three are stored first. This fills the trace cache, the engine's caches and
// V8's young generation, as in a collector that has run for a while, so that the figures do not include them.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { startUserspan } from './spawn.mjs';

const BATCH = 5_000;
const hex = (number, digits) => number.toString(16).padStart(digits, '0');

if (process.send !== undefined) {
  await poll(process.argv[2]);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { warm: { type: 'boolean' }, 'late-traces': { type: 'string', default: '20' } },
});
const [shape = 'all', spans = '40000'] = positionals;
const WARM_SPANS = 120_000;
/** Traces of the shapes are numbered from 1. */
const WARM_TRACE = 1_000_000;
const count = Number(spans);
const lateTraces = Number(values['late-traces']);
/** For each shape, the parent of the span with a number from 1 to `count`, and whether it is a call. */
const SHAPES = {
  roots: { parent: () => undefined, isCall: () => true },
  chain: { parent: (at) => at - 1 || undefined, isCall: (at) => at % 10 === 0 },
  reversed: { parent: (at) => (at === count ? undefined : at + 1), isCall: (at) => at % 10 === 0 },
  cycle: { parent: (at) => (at % count) + 1, isCall: (at) => at % 10 === 0 },
  small: {
    parent: (at) => (at % 3 === 1 ? undefined : at - 1),
    isCall: () => true,
    trace: (at) => Math.ceil(at / 3),
  },
  star: { parent: (at) => (at === 1 ? undefined : 1), isCall: (at) => at > 1 },
};
const names = shape === 'all' ? [...Object.keys(SHAPES), 'late'] : [shape];

for (const name of names) {
  const data = mkdtempSync(join(tmpdir(), 'userspan-large-'));
  const args = ['--grpc-port', 'off', '--data', data];
  try {
    let collector = await startUserspan(args);
    if (name === 'late') {
      for (let trace = 1; trace <= lateTraces; trace += 1) {
        for (const batch of batchesOf(SHAPES.star, trace, count / lateTraces))
          await post(collector.url, batch);
      }
      await stored(collector);
      await collector.stop();
      collector = await startUserspan(args);
    }
    if (values.warm) await warm(collector);
    await sleep(2000);
    const idle = collector.memory().now;
    collector.forgetPeak();
    const poller = fork(fileURLToPath(import.meta.url), [collector.url]);
    await new Promise((ready) => poller.once('message', ready));
    const startedAt = performance.now();
    const batches =
      name === 'late'
        ? [Array.from({ length: lateTraces }, (_, at) => spanOf(at + 1, count + 1, 1, false, 'late'))]
        : batchesOf(SHAPES[name], 1, count);
    for (const batch of batches) await post(collector.url, batch);
    await stored(collector);
    const storedMs = performance.now() - startedAt;
    const waits = new Promise((answer) => poller.once('message', answer));
    poller.send('stop');
    const { longestMs, p99Ms } = await waits;
    const { peak } = collector.memory();
    console.log(
      `${name}: ${count} spans stored in ${(storedMs / 1000).toFixed(1)} s; memory ${idle.toFixed(0)} MB before, ` +
        `+${(peak - idle).toFixed(0)} MB at most; /readyz waited ${longestMs.toFixed(0)} ms at most, p99 ${p99Ms.toFixed(0)} ms`,
    );
    await collector.stop();
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** Polls in a separate process, so that the sender of the spans does not delay it. */
async function poll(url) {
  const waits = [];
  const over = new AbortController();
  process.once('message', () => over.abort());
  process.send('ready');
  while (!over.signal.aborted) {
    const startedAt = performance.now();
    await (await fetch(`${url}/readyz`)).arrayBuffer();
    waits.push(performance.now() - startedAt);
    await sleep(10);
  }
  // The first one includes connecting.
  waits.shift();
  waits.sort((a, b) => a - b);
  process.send({ longestMs: waits.at(-1) ?? 0, p99Ms: waits[Math.floor(waits.length * 0.99)] ?? 0 }, () =>
    process.exit(),
  );
  await new Promise(() => undefined);
}

async function warm(collector) {
  const { parent, isCall, trace } = SHAPES.small;
  const shape = { parent, isCall, trace: (at) => WARM_TRACE + trace(at) };
  for (const batch of batchesOf(shape, undefined, WARM_SPANS)) await post(collector.url, batch);
  await stored(collector);
}

function* batchesOf({ parent, isCall, trace: traceOf = () => undefined }, trace, length) {
  for (let from = 1; from <= length; from += BATCH) {
    const size = Math.min(BATCH, length - from + 1);
    yield Array.from({ length: size }, (_, at) =>
      spanOf(traceOf(from + at) ?? trace, from + at, parent(from + at), isCall(from + at), undefined),
    );
  }
}

function spanOf(trace, id, parent, isCall, user) {
  const attributes = [
    ['http.route', { stringValue: `/route/${id % 100}` }],
    ...(user === undefined ? [] : [['user.id', { stringValue: user }]]),
    ...(isCall
      ? [
          ['gen_ai.operation.name', { stringValue: 'chat' }],
          ['gen_ai.provider.name', { stringValue: 'openai' }],
          ['gen_ai.request.model', { stringValue: 'gpt-4o-mini' }],
          ['gen_ai.usage.input_tokens', { intValue: '1000' }],
        ]
      : []),
  ];
  return {
    traceId: hex(trace, 32),
    spanId: hex(id, 16),
    ...(parent === undefined ? {} : { parentSpanId: hex(parent, 16) }),
    name: 'span',
    kind: 3,
    startTimeUnixNano: '1790000000000000000',
    endTimeUnixNano: '1790000000250000000',
    attributes: attributes.map(([key, value]) => ({ key, value })),
  };
}

async function post(url, batch) {
  const { status } = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: batch }] }] }),
  });
  if (status !== 200) throw new Error(`/v1/traces: ${status}`);
}

async function stored(collector) {
  do await sleep(100);
  while ((await collector.health()).store.lagBytes > 0);
}
