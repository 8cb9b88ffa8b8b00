import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { openChdb } from '../storage/engine/chdb-store.ts';
import { migrate } from '../storage/engine/migrate.ts';
import type { Store } from '../storage/engine/store.ts';
import { storageOf } from '../storage/storage.ts';
import type { ReceivedSpan } from '../storage/write/span-batch.ts';
import { buildCommand } from '../testing/spawn-collector.ts';
import { openPipeline } from './span-pipeline.ts';
import type { SpanPipeline } from './span-pipeline.ts';

const directory = mkdtempSync(join(tmpdir(), 'userspan-thread-'));
const errors: string[] = [];
let store: Store;
let pipeline: SpanPipeline;

beforeAll(async () => {
  await buildCommand();
  store = await openChdb({ directory: join(directory, 'store') });
  await migrate(store);
  // The built thread, changed so that it ends when it gets a batch with this name.
  const shipped = new URL('../../dist/ingest/build-batches.js', import.meta.url);
  const module = join(directory, 'thread.mjs');
  writeFileSync(
    module,
    `import { parentPort } from 'node:worker_threads';
     await import(${JSON.stringify(shipped.href)});
     parentPort.on('message', ({ batch }) => { if (batch?.id === 'crash') process.exit(1); });`,
  );
  pipeline = await openPipeline({
    store: storageOf(store),
    directory,
    builderModule: pathToFileURL(module),
    onError: (error) => errors.push(String(error)),
  });
}, 60_000);

afterAll(async () => {
  await pipeline.close();
  await store.close();
  rmSync(directory, { recursive: true });
});

const START_NS = 1_780_000_000_000_000_000n;
const CALL = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'our-model',
  'gen_ai.usage.input_tokens': 1_000_000,
};

/** Span 1 of a trace is its root. The others are below it. */
function span(trace: number, number: number, attributes: Record<string, string | number>): ReceivedSpan {
  return {
    project: 'default',
    claimed: false,
    receivedAtMs: Date.now(),
    span: {
      traceId: String(trace).padStart(32, '0'),
      spanId: String(number).padStart(16, '0'),
      ...(number === 1 ? {} : { parentSpanId: '1'.padStart(16, '0') }),
      name: 'x',
      kind: 3,
      startTimeUnixNano: START_NS,
      endTimeUnixNano: START_NS + 5_000_000n,
      status: { code: 0 },
      attributes,
      events: [],
      resource: { 'service.name': 's' },
      scope: { name: 'test' },
    },
  };
}

async function callsOf(trace: number): Promise<object[]> {
  const id = String(trace).padStart(32, '0');
  return store.query(
    `SELECT user_id, cost, unpriced FROM (SELECT * FROM calls FINAL UNION ALL SELECT * FROM calls_unattributed FINAL)
     WHERE lower(hex(trace_id)) = {id:String} ORDER BY span_id`,
    { id },
  );
}

test('a late root names the user of a call that an earlier batch stored', async () => {
  await pipeline.write({ id: 'b1', spans: [span(1, 2, CALL)] });
  expect(await callsOf(1)).toMatchObject([{ user_id: '', cost: null }]);
  await pipeline.write({ id: 'b2', spans: [span(1, 1, { 'user.id': 'u1' })] });
  expect(await callsOf(1)).toMatchObject([{ user_id: 'u1' }]);
  expect(pipeline.figures()).toMatchObject({ batches: 2, spans: 2, calls: 1, corrections: 1 });
});

test('a batch fails if its thread ends and succeeds when it is retried, with earlier traces read from the store', async () => {
  await pipeline.write({ id: 'b3', spans: [span(2, 2, CALL)] });
  const spans = [span(2, 1, { 'user.id': 'u2' })];
  await expect(pipeline.write({ id: 'crash', spans })).rejects.toThrow('The batch was not built');
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(/The thread that builds write batches failed/);
  await pipeline.write({ id: 'b4', spans });
  expect(await callsOf(2)).toMatchObject([{ user_id: 'u2' }]);
  // A repeated span counts once.
  await pipeline.write({ id: 'b5', spans });
  expect(pipeline.figures()).toMatchObject({ spans: 4, duplicates: 1 });
});

test('uses the own prices, erased users and aliases of the main thread', async () => {
  await store.execute(
    `INSERT INTO prices (project, id, price, at_ms, version, deleted) VALUES
     ('default', 'p', '{"provider":null,"model":"our-model","prices":{"input":2,"output":8}}', 1, 1, 0)`,
  );
  await pipeline.refresh();
  pipeline.tombstones.add('default', 'user', 'gone', Date.now());
  await pipeline.write({
    id: 'b6',
    spans: [
      span(3, 1, { ...CALL, 'user.id': 'u3' }),
      span(4, 1, { ...CALL, 'user.id': 'gone' }),
      span(5, 1, { 'user.id': 'u3', 'userspan.alias.from': 'visitor-7', 'userspan.alias.to': 'u3' }),
    ],
  });
  expect(await callsOf(3)).toMatchObject([{ user_id: 'u3', cost: '2' }]);
  expect(await callsOf(4)).toEqual([]);
  expect(pipeline.figures().erased).toBe(1);
  expect(await store.query('SELECT alias_id, canonical FROM aliases FINAL')).toEqual([
    { alias_id: 'visitor-7', canonical: 'u3' },
  ]);
});
