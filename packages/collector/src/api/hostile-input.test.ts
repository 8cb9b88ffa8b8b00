import { checkId } from '@userspan/ledger';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { everyday } from '../testing/everyday-runs.ts';
import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call } from '../testing/trace-of.ts';

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(async () => {
  await collector.close();
});

/** Strings that commonly break SQL, CSV, JSON or paths. */
const NASTY = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  fc.constantFrom(
    "' OR 1=1 --",
    "\\'",
    '\\N',
    '{p0:String}',
    '\0',
    '\t\n\r',
    '__proto__',
    '=cmd()',
    '%00',
    '🙂',
    "unhex('00')",
    ')',
    '/*',
    ';DROP TABLE calls',
    'a'.repeat(1024),
  ),
);

function namesUser(id: string): boolean {
  const checked = checkId(id, 'user.id');
  return checked !== undefined && 'id' in checked;
}

test('returns any id, name or prop unchanged', async () => {
  let trace = 0;
  await fc.assert(
    fc.asyncProperty(NASTY, NASTY, NASTY, async (id, name, value) => {
      trace += 1;
      const project = `fuzz ${trace}`;
      const key = name.isWellFormed() ? name : 'name';
      // Longer strings are invalid as names and tags.
      const tag = value.slice(0, 512);
      fc.pre(namesUser(id) && value.isWellFormed() && !['name', 'email', 'avatar', 'group'].includes(key));
      await collector.pipeline.write(
        batch({
          id: 1,
          trace,
          project,
          attributes: {
            ...call(),
            'user.id': id,
            'user.name': value,
            [`userspan.user.${key}`]: value,
            'session.id': id,
            'userspan.tags': [tag],
          },
        }),
      );
      const { data } = await collector.get<{
        data: { id: string; name: string; calls: number; props: object }[];
      }>('/api/users', project);
      expect(data.map((one) => [one.id, one.name, one.calls, one.props])).toEqual([
        [id, value, 1, Object.fromEntries([[key, value]])],
      ]);
      const query = new URLSearchParams([
        ['q', id],
        [`prop.${key}`, value],
        ['tag', tag],
      ]);
      const found = await collector.get<{ total: number }>(`/api/users?${query}`, project);
      expect(found.total).toBe(1);
      const calls = await collector.get<{ data: { userId: string; threadId: string; tags: string[] }[] }>(
        `/api/calls?${new URLSearchParams({ user: id, thread: id })}`,
        project,
      );
      expect(calls.data.map((one) => [one.userId, one.threadId, one.tags])).toEqual([[id, id, [tag]]]);
      expect(await collector.differences(project)).toEqual([]);
    }),
    { numRuns: everyday(25) },
  );
}, 120_000);

test('answers or rejects any query', async () => {
  const paths = fc.constantFrom(
    '/api/users',
    '/api/summary',
    '/api/usage',
    '/api/calls',
    '/api/threads',
    '/api/groups',
    '/api/models',
    '/api/facets',
    '/api/prices',
    '/api/users/x',
    '/api/users/x/neighbors',
  );
  const names = fc.oneof(
    fc.constantFrom(
      'q',
      'sort',
      'order',
      'from',
      'to',
      'group',
      'model',
      'tag',
      'prop.a',
      'prop.',
      'limit',
      'cursor',
      'tz',
      'by',
      'bucket',
      'include',
      'user',
      'thread',
      'errors',
    ),
    NASTY,
  );
  await fc.assert(
    fc.asyncProperty(
      paths,
      fc.array(fc.tuple(names, NASTY), { maxLength: 4 }),
      NASTY,
      async (path, pairs, accept) => {
        const query = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value]));
        const reply = await collector.app.inject({
          url: `${path}?${query}`,
          headers: { accept: accept.replaceAll(/[^\x20-\x7e]/g, '') },
        });
        expect([200, 400, 404, 406]).toContain(reply.statusCode);
      },
    ),
    { numRuns: everyday(150) },
  );
}, 120_000);

test('accepts or rejects any write', async () => {
  const routes = fc.constantFrom<readonly ['POST' | 'PATCH', string]>(
    ['POST', '/api/prices'],
    ['POST', '/api/reprice'],
    ['PATCH', '/api/users/x'],
    ['POST', '/api/users/x/alias'],
  );
  const body = fc.oneof(
    fc.jsonValue(),
    fc.record(
      { userId: fc.jsonValue(), props: fc.jsonValue(), model: fc.jsonValue(), usdPerMillion: fc.jsonValue() },
      { requiredKeys: [] },
    ),
  );
  await fc.assert(
    fc.asyncProperty(routes, body, async ([method, url], payload) => {
      const reply = await collector.app.inject({
        method,
        url,
        headers: { 'content-type': 'application/json', 'x-project': 'writes' },
        payload: JSON.stringify(payload),
      });
      expect([200, 201, 400, 404, 409], reply.body).toContain(reply.statusCode);
    }),
    { numRuns: everyday(100) },
  );
}, 120_000);
