import { readFileSync } from 'node:fs';

import { expect, beforeAll, afterAll, test } from 'vitest';

import { everydayRows } from '../testing/everyday-runs.ts';
import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, user } from '../testing/trace-of.ts';
import type { TestSpan } from '../testing/trace-of.ts';

const SPANS = 6_000;
/** More spans than are read, kept decoded or open at the same time. */
const LATE_TRACES = 14;
const LATE_SPANS = 900;
/** Far more than a time slice of two milliseconds, and far less than any stage needs for such a trace without slices. */
const MOST_TURN_MS = 50;
/** Processor time of the reference calculation on the machine where this limit was measured. */
const CONTROL_MS = 12;

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(async () => {
  await collector.close();
});

/** Processor time of this thread, which does not depend on other processes. Linux only. */
function cpuMs(): number {
  return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6;
}

/** The current limit for a time slice. A busy machine has slower caches and a lower clock rate. */
function mostTurnMs(): number {
  const start = cpuMs();
  const rows = Array.from({ length: 20_000 }, (_, at) => ({ at, name: `row ${at}`, list: [at, at + 1] }));
  JSON.parse(JSON.stringify(rows));
  return MOST_TURN_MS * Math.max(1, (cpuMs() - start) / CONTROL_MS);
}

/** Runs work and returns its result with the longest time for which it blocked the event loop. */
async function watch<T>(work: () => Promise<T>): Promise<{ result: T; turnMs: number }> {
  let [turnMs, last] = [0, cpuMs()];
  const timer = setInterval(() => {
    const now = cpuMs();
    turnMs = Math.max(turnMs, now - last);
    last = now;
  }, 1);
  try {
    return { result: await work(), turnMs };
  } finally {
    clearInterval(timer);
  }
}

interface Page {
  readonly spanCount: number;
  readonly nextCursor: string | null;
  readonly spans: readonly { readonly spanId: string; readonly at: string; readonly offsetMs: number }[];
  readonly calls: readonly { readonly spanId: string; readonly userId: string | null }[];
}

const SHAPES: readonly { name: string; trace: number; span: (at: number) => Partial<TestSpan> }[] = [
  { name: 'a chain', trace: 1, span: (at) => (at === 1 ? {} : { parent: at - 1 }) },
  { name: 'a cycle', trace: 2, span: (at) => ({ parent: (at % SPANS) + 1 }) },
  { name: 'roots only', trace: 3, span: () => ({}) },
  { name: 'a star of calls', trace: 4, span: (at) => (at === 1 ? {} : { parent: 1, attributes: call() }) },
];

const isLinux = process.platform === 'linux';

/** Every day the deepest trace, and the one with the most calls. */
const TESTED_SHAPES = everydayRows(SHAPES, ({ name }) => name === 'a chain' || name === 'a star of calls');

// Skipped on other systems, because only Linux reports the processor time of a thread.
test.runIf(isLinux).each(TESTED_SHAPES)(
  'a trace of 6,000 spans, $name, does not block the event loop: storing, a late span, pages',
  async ({ trace, span }) => {
    const project = `large ${trace}`;
    const spans = Array.from({ length: SPANS }, (_, at): TestSpan => ({
      project,
      trace,
      id: at + 1,
      ...span(at + 1),
    }));
    const prepared = batch(...spans);
    const stored = await watch(() => collector.pipeline.write(prepared));
    const late = { project, trace, id: SPANS + 1, parent: 1, attributes: user('ada') };
    const cached = await watch(() => collector.pipeline.write(batch(late)));
    await collector.restart();
    const again = { project, trace, id: SPANS + 2, parent: 1, attributes: user('ada') };
    const loaded = await watch(() => collector.pipeline.write(batch(again)));

    const traceId = prepared.spans[Symbol.iterator]().next().value?.span.traceId ?? '';
    const seen = new Set<string>();
    const callsOf = new Map<string, string | null>();
    let cursor: string | null = null;
    const paged = await watch(async () => {
      do {
        const query = cursor === null ? '' : `&cursor=${cursor}`;
        const page: Page = await collector.get<Page>(`/api/traces/${traceId}?limit=1000${query}`, project);
        expect(page.spanCount).toBe(SPANS + 2);
        for (const { spanId } of page.spans) seen.add(spanId);
        for (const { spanId, userId } of page.calls) callsOf.set(spanId, userId);
        cursor = page.nextCursor;
      } while (cursor !== null);
    });
    expect(seen.size).toBe(SPANS + 2);
    expect([...new Set(callsOf.values())]).toEqual(trace === 4 ? ['ada'] : []);
    const most = mostTurnMs();
    for (const { turnMs } of [stored, cached, loaded]) expect(turnMs).toBeLessThan(most);
    // An answer of a thousand spans with attributes is serialized without slices.
    expect(paged.turnMs).toBeLessThan(most * 3);
  },
  60_000,
);

test.each([
  { name: 'one late span per trace', rounds: 1 },
  { name: 'another late span per trace, which reopens it', rounds: 2 },
])(
  'attributes late spans of traces larger than a page: $name',
  async ({ name, rounds }) => {
    const project = `many large: ${name}`;
    const spans = Array.from({ length: LATE_TRACES }, (_, trace) =>
      Array.from({ length: LATE_SPANS }, (_, at): TestSpan => ({
        project,
        trace: 100 + trace,
        id: at + 1,
        ...(at === 0 ? {} : { parent: 1, attributes: call() }),
      })),
    );
    await collector.pipeline.write(batch(...spans.flat()));
    await collector.restart();
    const traces = Array.from({ length: LATE_TRACES }, (_, trace) => trace);
    const late = Array.from({ length: rounds }, (_, round) =>
      traces.map((trace): TestSpan => ({
        project,
        trace: 100 + trace,
        id: LATE_SPANS + 1 + round,
        parent: 1,
        attributes: user(`user ${trace}`),
      })),
    );
    await collector.pipeline.write(batch(...late.flat()));
    const { data } = await collector.get<{ data: { id: string; calls: number }[] }>('/api/users', project);
    const calls = new Map(data.map((each) => [each.id, each.calls]));
    expect(calls).toEqual(new Map(traces.map((trace) => [`user ${trace}`, LATE_SPANS - 1])));
  },
  60_000,
);

test('pages have the requested limit, 500 by default, and reject a cursor of another request', async () => {
  const project = 'pages of a trace';
  const prepared = batch(
    ...Array.from({ length: 600 }, (_, at): TestSpan => ({ project, trace: 9, id: at + 1 })),
  );
  await collector.pipeline.write(prepared);
  const traceId = prepared.spans[Symbol.iterator]().next().value?.span.traceId ?? '';
  const first = await collector.get<Page>(`/api/traces/${traceId}`, project);
  expect([first.spans.length, first.spanCount]).toEqual([500, 600]);
  const rest = await collector.get<Page>(`/api/traces/${traceId}?cursor=${first.nextCursor ?? ''}`, project);
  expect([rest.spans.length, rest.nextCursor]).toEqual([100, null]);
  expect(new Set([...first.spans, ...rest.spans].map(({ spanId }) => spanId)).size).toBe(600);
  for (const query of [
    'cursor=x',
    `cursor=${Buffer.from('["1","x","2"]').toString('base64url')}`,
    'limit=0',
    'limit=1001',
    'limit=x',
  ]) {
    const { statusCode } = await collector.app.inject({
      url: `/api/traces/${traceId}?${query}`,
      headers: { 'x-project': project },
    });
    expect([query, statusCode]).toEqual([query, 400]);
  }
});
