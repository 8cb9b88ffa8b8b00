import { afterAll, beforeAll, expect, test } from 'vitest';

import { END_MS, openScopeRoom } from '../../testing/scope-input.ts';
import type { StoreRoom } from '../../testing/store-room.ts';

const FROM_MS = END_MS - 12 * 86_400_000;
const isFull = process.env['USERSPAN_FULL_MATRIX'] === '1';

let room: StoreRoom;

beforeAll(async () => {
  room = await openScopeRoom();
}, 60_000);
afterAll(async () => {
  await room.close();
});

test.each(['costPerUser', 'name', 'change', 'p95', 'firstChunk', 'threads', 'costPerThread'])(
  'tags sorted by %s, page by page and at once',
  async (sort) => {
    for (const order of isFull ? ['asc', 'desc'] : ['desc']) {
      const url = `/api/tags?sort=${sort}&order=${order}&include=before,latency&from=${FROM_MS}`;
      const whole = await room.get<{ readonly data: readonly { readonly tag: string }[] }>(url, 'scope');
      const tags: string[] = [];
      let cursor = '';
      do {
        const page = await room.get<{
          readonly data: readonly { readonly tag: string }[];
          readonly nextCursor: string | null;
        }>(`${url}&limit=1${cursor}`, 'scope');
        tags.push(...page.data.map(({ tag }) => tag));
        cursor = page.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`;
      } while (cursor !== '');
      expect(tags).toEqual(whole.data.map(({ tag }) => tag));
      expect(tags.length).toBe(3);
    }
  },
);

test.each([
  ['/api/users?modle=gpt-4o', 'model'],
  ['/api/summary?grup=acme', 'group'],
  ['/api/usage?props.plan=pro', 'group'],
  ['/api/models?include=latncy', 'latency'],
  ['/api/users?include=tend', 'trend'],
  ['/api/distribution?sevice=chat', 'service'],
  ['/api/movers?tags=chat', 'tag'],
])('%s is 400 with a name that exists', async (url, name) => {
  const reply = await room.app.inject({ url, headers: { 'x-project': 'scope' } });
  expect(reply.statusCode).toBe(400);
  expect(reply.body).toContain(name);
});
