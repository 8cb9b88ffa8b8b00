import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { everydayRows } from '../testing/everyday-runs.ts';
import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, user } from '../testing/trace-of.ts';
import type { TestSpan } from '../testing/trace-of.ts';

const TRACES = 12;
const CALLS = 40;
/** A few traces per part. */
const SMALL_PARTS = { maxEarlierSpans: 100 };
/** Each trace has two early parts, a full and an incomplete one. */
const EARLY_PARTS = { maxEarlierSpans: 30 };
const WHOLE = { maxEarlierSpans: Number.MAX_SAFE_INTEGER };

let collector: TestCollector;
beforeAll(async () => {
  collector = await openTestCollector('chdb');
}, 60_000);
afterAll(async () => {
  await collector.close();
});

/** Calls of traces whose root has not arrived. Some name a user, as a browser or a server. */
function stored(project: string): TestSpan[] {
  return Array.from({ length: TRACES }, (_, trace) =>
    Array.from({ length: CALLS }, (_, at): TestSpan => ({
      project,
      trace: 100 + trace,
      id: at + 2,
      parent: 1,
      attributes: at % 7 === 0 ? call(user(`own ${at % 3}`)) : call(),
      claimed: at % 14 === 0,
      service: `service ${at % 2}`,
    })),
  ).flat();
}

/** The root of each trace, which names the user of its calls; in later rounds also calls below it; and calls of new traces. */
function late(project: string, rounds: number): TestSpan[] {
  return Array.from({ length: rounds }, (_, round) =>
    Array.from({ length: TRACES }, (_, trace): TestSpan[] => [
      {
        project,
        trace: 100 + trace,
        ...(round === 0
          ? { id: 1, attributes: user(`late ${trace % 5}`, { 'user.name': `Ann ${trace}` }) }
          : { id: 1_000 + round, parent: 1, attributes: call() }),
      },
      { project, trace: 900 + trace, id: 1 + round, attributes: call(user(`new ${trace % 2}`)) },
    ]),
  ).flat(2);
}

/** Every figure that the batch changes, and the result of checks. */
async function figuresOf(project: string): Promise<unknown> {
  const { store } = collector;
  const rows = (sql: string): Promise<object[]> => store.query(sql, { project });
  return {
    calls: await rows(
      `SELECT trace_id, span_id, user_id, thread_id, user_claimed, cost, service FROM
         (SELECT * FROM calls FINAL UNION ALL SELECT * FROM calls_unattributed FINAL)
       WHERE project = {project:String} ORDER BY trace_id, span_id`,
    ),
    spans: await rows('SELECT count() AS n FROM spans FINAL WHERE project = {project:String}'),
    days: await rows(
      `SELECT user_id, service, sum(calls) AS n, sum(cost) AS cost, sum(input_tokens) AS tokens FROM usage_day
       WHERE project = {project:String} GROUP BY user_id, service HAVING n != 0 OR user_id != '' ORDER BY user_id, service`,
    ),
    users: (await collector.get<{ data: unknown }>('/api/users?limit=50', project)).data,
    differences: await collector.differences(project),
  };
}

const SHAPES = [
  { name: 'loaded from the store', isRestarted: true, rounds: 1 },
  { name: 'cached', isRestarted: false, rounds: 1 },
  { name: 'with three spans each, far apart', isRestarted: true, rounds: 3 },
  { name: 'cached, with three spans each, far apart', isRestarted: false, rounds: 3 },
] as const;

async function write(project: string, shape: (typeof SHAPES)[number], settings: object): Promise<void> {
  await collector.restart(settings);
  await collector.pipeline.write(batch(...stored(project)));
  if (shape.isRestarted) await collector.restart(settings);
  await collector.pipeline.write(batch(...late(project, shape.rounds)));
}

const wholeFigures = new Map<(typeof SHAPES)[number], unknown>();

/** The figures of the same spans if each batch is written as a whole. Calculated once per shape. */
async function figuresOfWhole(shape: (typeof SHAPES)[number]): Promise<unknown> {
  let figures = wholeFigures.get(shape);
  if (figures === undefined) {
    const project = `whole, ${shape.name}`;
    await write(project, shape, WHOLE);
    figures = await figuresOf(project);
    wholeFigures.set(shape, figures);
  }
  return figures;
}

/** The minimum number of parts for the late spans. */
const PARTS = [
  { settings: SMALL_PARTS, atLeast: 4 },
  { settings: EARLY_PARTS, atLeast: TRACES * 3 },
];

const PARTS_AND_SHAPES = PARTS.flatMap((parts) => SHAPES.map((shape) => ({ ...parts, shape })));

// Each size of parts once, with traces from the store and from the cache.
test.each(
  everydayRows(PARTS_AND_SHAPES, ({ settings, shape }) =>
    settings === SMALL_PARTS ? shape === SHAPES[3] : shape === SHAPES[2],
  ),
)(
  'a batch in $atLeast or more parts has the same result as the whole batch: traces $shape.name',
  async ({ settings, atLeast, shape }) => {
    const whole = await figuresOfWhole(shape);
    const project = `parts ${atLeast} ${shape.name}`;
    await write(project, shape, settings);
    expect(collector.pipeline.figures().batches).toBeGreaterThanOrEqual(atLeast);
    const parts = await figuresOf(project);
    expect(parts).toEqual(whole);
    expect(parts).toMatchObject({ differences: [] });
    expect(collector.pipeline.figures().corrections).toBeGreaterThan(TRACES * CALLS * 0.8);
  },
);

/** Makes the store fail at an insert and its retries. Returns a function that ends this. */
function failAt(insert: number): () => void {
  const { store } = collector;
  const original = store.insert.bind(store);
  let inserts = 0;
  store.insert = async (each) => {
    inserts += 1;
    if (inserts >= insert) throw new Error('The store is gone.');
    await original(each);
  };
  return () => {
    store.insert = original;
  };
}

/** A part has about ten inserts. Every day: a failure before and after a restart, in each size of parts. */
const FAILURES: readonly {
  readonly place: number;
  readonly isCrash: boolean;
  readonly settings: typeof SMALL_PARTS;
  readonly isEveryday?: boolean;
}[] = [
  { place: 1, isCrash: true, settings: SMALL_PARTS },
  { place: 5, isCrash: false, settings: SMALL_PARTS, isEveryday: true },
  { place: 12, isCrash: true, settings: SMALL_PARTS, isEveryday: true },
  { place: 25, isCrash: false, settings: SMALL_PARTS },
  { place: 38, isCrash: true, settings: SMALL_PARTS },
  { place: 2, isCrash: true, settings: EARLY_PARTS },
  { place: 8, isCrash: true, settings: EARLY_PARTS },
  { place: 17, isCrash: false, settings: EARLY_PARTS },
  { place: 31, isCrash: true, settings: EARLY_PARTS, isEveryday: true },
];

test.each(everydayRows(FAILURES, ({ isEveryday = false }) => isEveryday))(
  'completes a batch that fails at insert $place once: after a crash $isCrash, parts of $settings.maxEarlierSpans',
  async ({ place, isCrash, settings }) => {
    const shape = SHAPES[2];
    const whole = await figuresOfWhole(shape);
    const project = `parts ${place} ${isCrash}`;

    await collector.restart(settings);
    await collector.pipeline.write(batch(...stored(project)));
    await collector.restart(settings);
    const again = batch(...late(project, shape.rounds));
    const mend = failAt(place);
    try {
      await expect(collector.pipeline.write(again)).rejects.toThrow('The store is gone.');
      await expect(collector.pipeline.write(again)).rejects.toThrow('The store is gone.');
    } finally {
      mend();
    }
    // The log delivers everything after its cursor, possibly in other parts after a restart.
    if (isCrash) await collector.restart({ maxEarlierSpans: settings.maxEarlierSpans === 30 ? 23 : 170 });
    await collector.pipeline.write(again);
    const parts = await figuresOf(project);
    expect(parts).toEqual(whole);
    expect(parts).toMatchObject({ differences: [] });
    expect(readdirSync(join(collector.directory, 'one', 'plans'))).toEqual([]);
  },
);

test.each(everydayRows(PARTS, ({ settings }) => settings === EARLY_PARTS))(
  'runs a change from the API between the parts of a batch: $atLeast',
  async ({ settings, atLeast }) => {
    const whole = await figuresOfWhole(SHAPES[2]);
    const project = `change between ${atLeast}`;
    await collector.restart(settings);
    await collector.pipeline.write(batch(...stored(project)));
    await collector.restart(settings);
    const firstPart = new Promise<void>((resolve) => collector.pipeline.onCalls(() => resolve()));
    const writing = collector.pipeline.write(batch(...late(project, SHAPES[2].rounds)));
    await firstPart;
    await collector.pipeline.change('between', () => Promise.resolve());
    const between = collector.pipeline.figures().batches;
    await writing;
    expect(collector.pipeline.figures().batches).toBeGreaterThan(between);
    expect(await figuresOf(project)).toEqual(whole);
  },
);
