import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { openChdb } from '../storage/engine/chdb-store.ts';
import { migrate } from '../storage/engine/migrate.ts';
import type { Store } from '../storage/engine/store.ts';
import { openPipeline } from './span-pipeline.ts';
import { storageOf } from '../storage/storage.ts';
import type { ReceivedSpan } from '../storage/write/span-batch.ts';

const directory = mkdtempSync(join(tmpdir(), 'userspan-pipeline-'));
let store: Store;
beforeAll(async () => {
  store = await openChdb({ directory: join(directory, 'store') });
  await migrate(store);
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

test('first', async () => {
  const pipeline = await openPipeline({ store: storageOf(store), directory });
  const at = 1_780_000_000_000_000_000n;
  const span = (n: number, attributes: Record<string, string | number>, parent?: number): ReceivedSpan => ({
    project: 'default',
    claimed: false,
    receivedAtMs: Date.now(),
    span: {
      traceId: 'a'.repeat(32),
      spanId: String(n).padStart(16, '0'),
      ...(parent ? { parentSpanId: String(parent).padStart(16, '0') } : {}),
      name: 'x',
      kind: 3,
      startTimeUnixNano: at,
      endTimeUnixNano: at + 5_000_000n,
      status: { code: 0 },
      attributes,
      events: [],
      resource: { 'service.name': 's' },
      scope: { name: 'test' },
    },
  });
  await pipeline.write({
    id: 'b1',
    spans: [
      span(
        2,
        {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': 'gpt-4o-mini',
          'gen_ai.usage.input_tokens': 10,
          'gen_ai.usage.output_tokens': 5,
          'gen_ai.usage.cost': 0.001,
        },
        1,
      ),
    ],
  });
  await pipeline.write({ id: 'b2', spans: [span(1, { 'user.id': 'u1', 'user.name': 'Ada' })] });
  expect(pipeline.figures()).toMatchObject({ batches: 2, spans: 2, calls: 1, corrections: 1 });
});
