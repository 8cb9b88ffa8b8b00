import { afterAll, beforeAll, expect, test } from 'vitest';

import { openStoreRoom } from '../../../testing/store-room.ts';
import type { StoreRoom } from '../../../testing/store-room.ts';
import { batch, call, user } from '../../../testing/trace-of.ts';

let room: StoreRoom;

beforeAll(async () => {
  room = await openStoreRoom('chdb');
}, 60_000);
afterAll(() => room.close());

test('stores ids of users and threads once for each span, and reads them with its attributes', async () => {
  const attributes = { ...user('ada', { 'user.name': 'Ada' }), 'session.id': 't1', plan: '=' };
  await room.pipeline.write(batch({ trace: 1, id: 1, attributes }));
  const [stored] = await room.store.query('SELECT user_id, thread_id, attributes FROM spans');
  expect(stored).toEqual({
    user_id: 'ada',
    thread_id: 't1',
    attributes: String.raw`{"user.id":"\u003d","user.name":"Ada","session.id":"\u003d","plan":"="}`,
  });
  const { spans } = await room.get<{ spans: { attributes: object }[] }>(
    `/api/traces/${'1'.padStart(32, '0')}`,
  );
  expect(spans.map((span) => span.attributes)).toEqual([attributes]);

  // Without the pipeline's cache, a late call belongs to the user of the stored span above it.
  await room.restart();
  await room.pipeline.write(batch({ trace: 1, id: 2, parent: 1, attributes: call() }));
  expect(await room.store.query('SELECT user_id, thread_id FROM calls')).toEqual([
    { user_id: 'ada', thread_id: 't1' },
  ]);
});
