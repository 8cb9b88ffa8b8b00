import type { AttributeValue, Span } from '@userspan/ledger';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { everyday } from '../testing/everyday-runs.ts';
import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { NOON_MS } from '../testing/trace-of.ts';

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(async () => {
  await collector.close();
});

const TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '\ud800',
    '\udc00x',
    '\0',
    '\t\n\r\\',
    "'",
    '\\N',
    '',
    '🙂',
    'x'.repeat(10_000),
    '__proto__',
    'NaN',
    '[',
    '{',
  ),
);
const VALUE = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    TEXT,
    fc.double(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(TEXT, tie('value'), { maxKeys: 3 }),
  ),
})).value;
const KEYS = fc.constantFrom(
  'user.id',
  'user.name',
  'user.email',
  'userspan.user.x',
  'userspan.user.',
  'session.id',
  'userspan.tags',
  'gen_ai.operation.name',
  'gen_ai.request.model',
  'gen_ai.response.model',
  'gen_ai.response.id',
  'gen_ai.provider.name',
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.output_tokens',
  'gen_ai.usage.cost',
  'userspan.cost.unpriced',
  'userspan.cost.as_of',
  'error.type',
  'service.name',
  'a\tb',
);
const ATTRIBUTES = fc
  .array(fc.tuple(KEYS, VALUE), { maxLength: 8 })
  .map((pairs) => Object.fromEntries(pairs));
const NS = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const HEX = (digits: number): fc.Arbitrary<string> =>
  fc.integer({ min: 1, max: 5 }).map((number) => number.toString(16).padStart(digits, '0'));

const SPAN: fc.Arbitrary<Span> = fc
  .record({
    traceId: HEX(32),
    spanId: HEX(16),
    parentSpanId: HEX(16),
    name: TEXT,
    kind: fc.integer(),
    startTimeUnixNano: NS,
    endTimeUnixNano: NS,
    code: fc.integer(),
    attributes: ATTRIBUTES,
    more: ATTRIBUTES,
    scope: TEXT,
    message: TEXT,
  })
  .map(({ code, message, more, scope, ...span }) => ({
    ...span,
    attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o', ...span.attributes },
    status: { code: code as 0 | 1 | 2, message },
    events: [{ name: message, timeUnixNano: span.startTimeUnixNano, attributes: more }],
    resource: more,
    scope: { name: scope, version: message },
  }));

test('stores a batch with any span content once, with figures that match the calls', async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(SPAN, { minLength: 1, maxLength: 6 }), fc.boolean(), async (spans, claimed) => {
      number += 1;
      const project = `hostile ${number}`;
      const received = spans.map((span) => ({ span, project, claimed, receivedAtMs: NOON_MS }));
      await collector.pipeline.write({ id: `hostile-${number}`, spans: received });
      await collector.pipeline.write({ id: `hostile-${number}-again`, spans: received });
      const ids = new Set(spans.map(({ traceId, spanId }) => traceId + spanId));
      const [row] = await collector.store.query<{ n: string }>(
        'SELECT count() AS n FROM spans WHERE project = {project:String}',
        { project },
      );
      expect(Number(row?.n)).toBe(ids.size);
      expect(await collector.differences(project)).toEqual([]);
      for (const path of ['users', 'calls', 'threads', 'models', 'summary', 'facets']) {
        const reply = await collector.app.inject({ url: `/api/${path}`, headers: { 'x-project': project } });
        expect(reply.statusCode, reply.body).toBe(200);
      }
    }),
    { numRuns: everyday(40) },
  );
}, 300_000);
