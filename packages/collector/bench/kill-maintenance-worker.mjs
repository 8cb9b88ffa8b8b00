// Runs a kind of maintenance that no API request starts on a data folder, so that `kill-maintenance.mjs` can kill it.
//
//   node packages/collector/bench/kill-maintenance-worker.mjs FOLDER retention|share|reconcile|late-traces|parts|early-parts|…-again START_MS
//
// `share` and `late-traces` prepare data: `share` stores traces of which two collectors have one span each, for
// `reconcile`, and `late-traces` stores calls whose root spans are missing. `parts` then writes the roots in one batch of
// many parts, and `early-parts` in more parts, several for each trace. With `-again` the parts are larger, because the
// write-ahead log delivers the batch again after a crash. Prints `part` when a part is stored.
import { join } from 'node:path';

import { openPipeline } from '../dist/attribution/span-pipeline.js';
import { reconcile } from '../dist/maintenance/reconcile.js';
import { RepairAfterCrash } from '../dist/maintenance/repair-after-crash.js';
import { retain } from '../dist/maintenance/retention.js';
import { openStorage } from '../dist/storage/storage.js';

/** More traces than one chunk of a reconciliation has. */
const SHARED_TRACES = 1_500;
const SHARING_USERS = 5;

const CALL = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.usage.input_tokens': 1000,
};
const LATE_TRACES = 24;
const LATE_CALLS = 100;
/** Earlier spans of the traces of a part. */
const PART_SPANS = { parts: 200, 'parts-again': 350, 'early-parts': 30, 'early-parts-again': 45 };

const [data, kind, startMs] = process.argv.slice(2);
const startTimeUnixNano = BigInt(startMs) * 1_000_000n;
const store = await openStorage({ directory: join(data, 'store') });
const repair = new RepairAfterCrash(data);
const pipeline = await openPipeline({
  store,
  directory: data,
  collector: 'worker',
  maxEarlierSpans: PART_SPANS[kind],
  onRecover: () => repair.request(),
});
pipeline.onCalls(() => console.log('part'));
const WORK = {
  retention: () => retain(pipeline, { days: 10 }, Date.now()),
  share,
  reconcile: () => reconcile(pipeline, 0, Date.now(), repair),
  'late-traces': () => pipeline.write({ id: 'calls', spans: lateTraces().flatMap(callsOf) }),
  parts: writeRoots,
  'parts-again': writeRoots,
  'early-parts': writeRoots,
  'early-parts-again': writeRoots,
};
console.log('begins');
await WORK[kind]();
if (kind !== 'retention' && kind !== 'reconcile') await store.close();
console.log('done');
// Runs until it is killed.
setInterval(() => undefined, 60_000);

function writeRoots() {
  return pipeline.write({ id: 'roots', spans: lateTraces().flatMap(lateSpansOf) });
}

function lateTraces() {
  return Array.from({ length: LATE_TRACES }, (_, at) => SHARED_TRACES + at);
}

/** Calls whose root is missing. Some have a user of their own, and some a thread. */
function callsOf(trace) {
  return Array.from({ length: LATE_CALLS }, (_, at) =>
    receivedSpan(trace, {
      spanId: idOf(trace * 1_000 + at + 1, 16),
      parentSpanId: idOf(trace * 1_000, 16),
      attributes: {
        ...CALL,
        ...(at % 7 === 0 ? { 'user.id': `own-${at % 3}` } : {}),
        ...(at % 2 === 0 ? { 'gen_ai.conversation.id': `thread-${trace}-${at % 4}` } : {}),
      },
    }),
  );
}

/** The root with the user of the calls, another call, and a call of a new trace. */
function lateSpansOf(trace) {
  const root = idOf(trace * 1_000, 16);
  const user = { 'user.id': `late-${trace % 5}`, 'user.name': `Ann ${trace % 5}` };
  return [
    receivedSpan(trace, { spanId: root, attributes: user }),
    receivedSpan(trace, { spanId: idOf(trace * 1_000 + 900, 16), parentSpanId: root, attributes: CALL }),
    receivedSpan(trace + 1_000, {
      spanId: idOf(trace * 1_000 + 901, 16),
      attributes: { ...CALL, 'user.id': `new-${trace % 4}` },
    }),
  ];
}

/** Stores traces whose root with the user arrives at one collector, and the call at the other. */
async function share() {
  const other = await openPipeline({ store, directory: join(data, 'other'), collector: 'other' });
  const spansOf = (toSpan) => Array.from({ length: SHARED_TRACES }, (_, at) => receivedSpan(at, toSpan(at)));
  const roots = spansOf((at) => ({
    spanId: idOf(at * 2 + 1, 16),
    attributes: { 'user.id': `shared-${at % SHARING_USERS}` },
  }));
  const calls = spansOf((at) => ({
    spanId: idOf(at * 2 + 2, 16),
    parentSpanId: idOf(at * 2 + 1, 16),
    attributes: CALL,
  }));
  await pipeline.write({ id: 'roots', spans: roots });
  await other.write({ id: 'calls', spans: calls });
  await other.close();
}

function receivedSpan(at, own) {
  const span = {
    traceId: idOf(at + 1, 32),
    name: 'span',
    kind: 3,
    startTimeUnixNano,
    endTimeUnixNano: startTimeUnixNano + 5_000_000n,
    status: { code: 0 },
    events: [],
    resource: { 'service.name': 'app' },
    scope: { name: 'shared' },
    ...own,
  };
  return { span, project: 'default', claimed: false, receivedAtMs: Date.now() };
}

function idOf(number, digits) {
  return number.toString(16).padStart(digits, 'c');
}
