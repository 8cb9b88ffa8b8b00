// Maintenance that no request asks for, on a data folder, so that `kill-maintenance.mjs` can kill it.
//
//   node packages/collector/bench/kill-maintenance-worker.mjs FOLDER retention|share|reconcile
//
// `share` is no maintenance: it stores traces of which two collectors have a span each, for `reconcile`.
import { join } from 'node:path';

import { openPipeline } from '../dist/attribution/span-pipeline.js';
import { reconcile } from '../dist/maintenance/reconcile.js';
import { RepairAfterCrash } from '../dist/maintenance/repair-after-crash.js';
import { retain } from '../dist/maintenance/retention.js';
import { openStorage } from '../dist/storage/storage.js';

/** More than one chunk of a reconciliation. */
const SHARED_TRACES = 1_500;
const SHARING_USERS = 5;

const [data, kind] = process.argv.slice(2);
const store = await openStorage({ directory: join(data, 'store') });
const repair = new RepairAfterCrash(data);
const pipeline = await openPipeline({
  store,
  directory: data,
  collector: 'worker',
  onRecover: () => repair.request(),
});
const WORK = {
  retention: () => retain(pipeline, { days: 10 }, Date.now()),
  share,
  reconcile: () => reconcile(pipeline, 0, Date.now(), repair),
};
console.log('begins');
await WORK[kind]();
if (kind === 'share') await store.close();
console.log('done');
// Until it is killed.
setInterval(() => undefined, 60_000);

/** The root with the user comes to one collector, the call below it to the other. */
async function share() {
  const other = await openPipeline({ store, directory: join(data, 'other'), collector: 'other' });
  const call = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.usage.input_tokens': 1000,
  };
  const spansOf = (toSpan) => Array.from({ length: SHARED_TRACES }, (_, at) => receivedSpan(at, toSpan(at)));
  const roots = spansOf((at) => ({
    spanId: idOf(at * 2 + 1, 16),
    attributes: { 'user.id': `shared-${at % SHARING_USERS}` },
  }));
  const calls = spansOf((at) => ({
    spanId: idOf(at * 2 + 2, 16),
    parentSpanId: idOf(at * 2 + 1, 16),
    attributes: call,
  }));
  await pipeline.write({ id: 'roots', spans: roots });
  await other.write({ id: 'calls', spans: calls });
  await other.close();
}

function receivedSpan(at, own) {
  const receivedAtMs = Date.now();
  const startTimeUnixNano = BigInt(receivedAtMs - 60_000) * 1_000_000n;
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
  return { span, project: 'default', claimed: false, receivedAtMs };
}

function idOf(number, digits) {
  return number.toString(16).padStart(digits, 'c');
}
