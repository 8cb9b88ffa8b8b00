import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../../../testing/test-collector.ts';
import type { TestCollector } from '../../../testing/test-collector.ts';
import { batch, call, user } from '../../../testing/trace-of.ts';

let collector: TestCollector;

beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(() => collector.close());

test('divides attributes into columns, and reads them unchanged', async () => {
  const attributes = {
    ...user('ada', { 'user.name': 'Ada' }),
    'session.id': 't1',
    plan: '=',
    tokens: 12,
    'request.id': 'req_0123456789abcdef',
  };
  await collector.pipeline.write(batch({ trace: 1, id: 1, attributes }));
  const [stored] = await collector.store.query(
    'SELECT user_id, thread_id, attributes, user_attributes, attribute_numbers, attribute_ids FROM spans',
  );
  expect(stored).toEqual({
    user_id: 'ada',
    thread_id: 't1',
    attributes: String.raw`{"\u0075":0,"session.id":"\u003d","plan":"=","tokens":"\u0023","request.id":"\u0040"}`,
    user_attributes: String.raw`"user.id":"\u003d","user.name":"Ada"`,
    attribute_numbers: ['12'],
    attribute_ids: 'req_0123456789abcdef',
  });
  const { spans } = await collector.get<{ spans: { attributes: object }[] }>(
    `/api/traces/${'1'.padStart(32, '0')}`,
  );
  expect(spans.map((span) => span.attributes)).toEqual([attributes]);

  // Without the pipeline's cache, a late call belongs to the user of the stored span above it.
  await collector.restart();
  await collector.pipeline.write(batch({ trace: 1, id: 2, parent: 1, attributes: call() }));
  expect(await collector.store.query('SELECT user_id, thread_id FROM calls')).toEqual([
    { user_id: 'ada', thread_id: 't1' },
  ]);
});
