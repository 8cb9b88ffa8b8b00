import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, user } from '../testing/trace-of.ts';
import type { TestSpan } from '../testing/trace-of.ts';

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(() => collector.close());

const span = (id: number, rest: Omit<TestSpan, 'id'> = {}): TestSpan => ({ id, ...rest });
const server = span(1, { attributes: user('x') });
const ofY = { ...call(), ...user('y') };

interface Row {
  readonly name: string;
  readonly spans: readonly TestSpan[];
  readonly erased: string;
  /** Ids of the spans that remain. */
  readonly remain: readonly number[];
}

const ROWS: readonly Row[] = [
  {
    name: 'erases y: a call names y below a server span of x',
    spans: [server, span(2, { parent: 1, attributes: ofY }), span(3, { parent: 1, attributes: call() })],
    erased: 'y',
    remain: [1, 3],
  },
  {
    name: 'erases x: a call names y below a server span of x, and is kept',
    spans: [server, span(2, { parent: 1, attributes: ofY }), span(3, { parent: 1, attributes: call() })],
    erased: 'x',
    remain: [2],
  },
  {
    name: 'erases the claimed user of a call below a verified user',
    spans: [
      server,
      span(2, { parent: 1, claimed: true, attributes: ofY }),
      span(3, { parent: 1, attributes: call() }),
    ],
    erased: 'y',
    remain: [1, 3],
  },
  {
    name: 'erases the only user of the trace, beside whom a call names no user',
    spans: [
      span(1),
      span(2, { parent: 1, attributes: call() }),
      span(3, { parent: 1, attributes: user('x') }),
    ],
    erased: 'x',
    remain: [],
  },
  {
    name: 'erases one of two users: the other becomes the only user of the trace and gets its unattributed call',
    spans: [
      span(1),
      span(2, { parent: 1, attributes: call() }),
      span(3, { parent: 1, attributes: user('x') }),
      span(4, { parent: 1, attributes: user('z') }),
    ],
    erased: 'x',
    remain: [1, 2, 4],
  },
  {
    name: 'erases a user above a call that is marked as having no user',
    spans: [
      server,
      span(2, { parent: 1, attributes: { ...call(), 'userspan.user_none': true } }),
      span(3, { parent: 1, attributes: call() }),
    ],
    erased: 'x',
    remain: [2],
  },
  {
    name: 'erases an unknown user',
    spans: [server, span(2, { parent: 1, attributes: ofY })],
    erased: 'w',
    remain: [1, 2],
  },
];

let traces = 0;

/** The figures of a project's pages, without trace ids. */
async function shown(project: string): Promise<unknown> {
  const [users, calls, summary, series] = await Promise.all([
    collector.get<{ data: readonly object[]; totals: object }>('/api/users?sort=name&order=asc', project),
    collector.get<{ data: readonly Record<string, unknown>[] }>('/api/calls', project),
    collector.get<{ calls: number; costExact: string; users: number; unattributed: object }>(
      '/api/summary',
      project,
    ),
    collector.get<{ data: readonly object[] }>('/api/usage?bucket=day&by=model', project),
  ]);
  return {
    users: users.data,
    totals: users.totals,
    calls: calls.data.map(({ spanId, userId, userClaimed, costExact, attributedBy }) => ({
      spanId,
      userId,
      userClaimed,
      costExact,
      attributedBy,
    })),
    summary: [summary.calls, summary.costExact, summary.users, summary.unattributed],
    series: series.data,
  };
}

test.each(ROWS)('$name; figures equal those of a collector without the erased spans', async (row) => {
  traces += 1;
  const trace = traces;
  const fed = (project: string, spans: readonly TestSpan[]): Promise<void> =>
    collector.pipeline.write(batch(...spans.map((each) => ({ ...each, trace, project }))));
  await fed(`erased-${trace}`, row.spans);
  await fed(
    `fresh-${trace}`,
    row.spans.filter(({ id }) => row.remain.includes(id)),
  );
  await collector.send('DELETE', `/api/users/${row.erased}`, undefined, `erased-${trace}`);
  expect(await shown(`erased-${trace}`)).toEqual(await shown(`fresh-${trace}`));
  expect(await collector.differences(`erased-${trace}`)).toEqual([]);
});
