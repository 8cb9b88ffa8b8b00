import { afterAll, beforeAll, expect, test } from 'vitest';

import { END_MS, INPUT, openScopeCollector, ownerOf } from '../../testing/scope-input.ts';
import type { Input } from '../../testing/scope-input.ts';
import type { TestCollector } from '../../testing/test-collector.ts';
import { batch, NOON_MS, user } from '../../testing/trace-of.ts';
import type { TestSpan } from '../../testing/trace-of.ts';

const FROM_MS = END_MS - 12 * 86_400_000;
const isFull = process.env['USERSPAN_FULL_MATRIX'] === '1';

/**
 * Feedback in the order in which it was given: its user, its value, and its thread or the run of a call.
 */
const FEEDBACK: readonly (readonly [
  user: string,
  target: 'thread' | 'run' | 'message',
  id: string,
  thumb: string,
])[] = [
  ['ada', 'thread', 't1', 'down'],
  ['ada', 'thread', 't1', 'up'],
  ['bob', 'thread', 't2', 'down'],
  ['cyd', 'run', `${(3).toString(16).padStart(32, '0')}-${(3).toString(16).padStart(16, '0')}`, 'up'],
  ['dee', 'message', 'm1', 'down'],
  ['dee', 'thread', 'of-nobody', 'down'],
];

function feedbackSpan([id, target, targetId, thumb]: (typeof FEEDBACK)[number], at: number): TestSpan {
  const attributes = {
    ...user(id),
    'userspan.feedback.thumb': thumb,
    // A message with a thumb.
    ...(target === 'message'
      ? { 'session.id': 't3', 'userspan.message.id': targetId, 'userspan.message.role': 'user' }
      : { 'userspan.feedback.target': target, 'userspan.feedback.target_id': targetId }),
  };
  const name = target === 'message' ? 'userspan.message' : 'userspan.feedback';
  return {
    project: 'scope',
    trace: 9_000 + at,
    id: 1,
    name,
    attributes,
    atMs: END_MS - 3_600_000 + at * 1_000 - NOON_MS,
  };
}

let collector: TestCollector;

beforeAll(async () => {
  collector = await openScopeCollector();
  await collector.pipeline.write(batch(...FEEDBACK.map(feedbackSpan)));
}, 60_000);
afterAll(async () => {
  await collector.close();
});

test.each([
  'cached',
  'average',
  'costPerUser',
  'name',
  'change',
  'p50',
  'p99',
  'firstChunk',
  'threads',
  'costPerThread',
  'thumbs',
])('sorts tags by %s, in pages and in one list', async (sort) => {
  for (const order of isFull ? ['asc', 'desc'] : ['desc']) {
    const url = `/api/tags?sort=${sort}&order=${order}&include=before,latency,feedback&from=${FROM_MS}`;
    const whole = await collector.get<{ readonly data: readonly { readonly tag: string }[] }>(url, 'scope');
    const tags: string[] = [];
    let cursor = '';
    do {
      const page = await collector.get<{
        readonly data: readonly { readonly tag: string }[];
        readonly nextCursor: string | null;
      }>(`${url}&limit=1${cursor}`, 'scope');
      tags.push(...page.data.map(({ tag }) => tag));
      cursor = page.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`;
    } while (cursor !== '');
    expect(tags).toEqual(whole.data.map(({ tag }) => tag));
    expect(tags.length).toBe(3);
  }
});

test.each(
  (['average', 'costPerUser', 'costPerThread'] as const).flatMap((sort) =>
    (['asc', 'desc'] as const).map((order) => [sort, order] as const),
  ),
)('a model without a price comes last, sorted by %s %s', async (sort, order) => {
  const { data } = await collector.get<{
    readonly data: readonly Readonly<Record<string, string | number | null>>[];
  }>(`/api/models?sort=${sort}&order=${order}&include=latency&from=${FROM_MS}`, 'scope');
  const column = sort === 'average' ? 'averageCost' : sort;
  const values = data.map((row) => row[column]);
  expect(data.at(-1)).toMatchObject({ model: 'nobody-knows-it', [column]: null });
  const known = values.slice(0, -1).map(Number);
  expect(known).toEqual(known.toSorted((a, b) => (order === 'asc' ? a - b : b - a)));
});

const inRange = INPUT.filter(({ atMs }) => atMs >= FROM_MS);
const percentile = (values: readonly number[], level: number): number | undefined =>
  values.toSorted((a, b) => a - b)[Math.ceil(level * values.length) - 1];
const priced = (inputs: readonly Input[]): number[] =>
  inputs.flatMap(({ usd }) => (usd === undefined ? [] : [Number(usd)])).toSorted((a, b) => a - b);
const middle = (values: readonly number[]): number | undefined =>
  values.length === 0
    ? undefined
    : ((values[Math.floor((values.length - 1) / 2)] ?? 0) +
        (values[Math.ceil((values.length - 1) / 2)] ?? 0)) /
      2;
const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

const OF_CALLS: Readonly<Record<string, (inputs: readonly Input[]) => number | undefined>> = {
  p50: (inputs) =>
    percentile(
      inputs.map(({ durationMs }) => durationMs),
      0.5,
    ),
  p95: (inputs) =>
    percentile(
      inputs.map(({ durationMs }) => durationMs),
      0.95,
    ),
  p99: (inputs) =>
    percentile(
      inputs.map(({ durationMs }) => durationMs),
      0.99,
    ),
  firstChunk: (inputs) =>
    percentile(
      inputs.flatMap(({ chunkMs }) => chunkMs ?? []),
      0.95,
    ),
  average: (inputs) => mean(priced(inputs)),
  median: (inputs) => middle(priced(inputs)),
};

test.each(
  Object.entries(OF_CALLS).flatMap(([sort, of]) =>
    [
      ['', () => true] as const,
      ['&model=gpt-4o', ({ model }: Input) => model === 'gpt-4o'] as const,
      ['&prop.plan=pro', (input: Input) => ownerOf(input)?.plan === 'pro'] as const,
    ].map(([filter, keeps]) => ({ sort, of, filter, keeps })),
  ),
)('sorts users by $sort, $filter', async ({ sort, of, filter, keeps }) => {
  const expected = new Map<string, Input[]>();
  for (const input of inRange.filter((each) => keeps(each))) {
    const id = ownerOf(input)?.id;
    if (id !== undefined) expected.set(id, [...(expected.get(id) ?? []), input]);
  }
  for (const order of ['asc', 'desc'] as const) {
    const url = `/api/users?sort=${sort}&order=${order}&from=${FROM_MS}${filter}`;
    const ids: string[] = [];
    let cursor = '';
    do {
      const page = await collector.get<{
        readonly data: readonly { readonly id: string }[];
        readonly nextCursor: string | null;
      }>(`${url}&limit=2${cursor}`, 'scope');
      ids.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`;
    } while (cursor !== '');
    const values = ids.map((id) => of(expected.get(id) ?? []));
    expect(new Set(ids).size).toBe(ids.length);
    const known = values.filter((value) => value !== undefined);
    // Rows without a value are last.
    expect(values.slice(0, known.length)).toEqual(
      known.toSorted((a, b) => (order === 'desc' ? b - a : a - b)),
    );
    expect(ids.toSorted()).toEqual([...expected.keys()].toSorted());
  }
});

test('counts the latest thumb of a user for each row with a call in its thread or run', async () => {
  const { data } = await collector.get<{
    readonly data: readonly {
      readonly tag: string | null;
      readonly thumbsUp: number;
      readonly thumbsDown: number;
    }[];
  }>(`/api/tags?include=feedback&from=${FROM_MS}`, 'scope');
  const last = new Map(FEEDBACK.map((one) => [one.slice(0, 3).join(' '), one] as const));
  for (const { tag, thumbsUp, thumbsDown } of data) {
    const about = [...last.values()].filter(([, target, id]) =>
      inRange.some(
        (input) =>
          (tag === null ? input.tags.length === 0 : input.tags.includes(tag)) &&
          (target === 'thread'
            ? input.thread === id
            : target === 'message'
              ? input.thread === 't3'
              : input === INPUT[2]),
      ),
    );
    const count = (wanted: string): number => about.filter(([, , , thumb]) => thumb === wanted).length;
    expect({ tag, thumbsUp, thumbsDown }).toEqual({ tag, thumbsUp: count('up'), thumbsDown: count('down') });
  }
  expect(data.some(({ thumbsUp }) => thumbsUp > 0) && data.some(({ thumbsDown }) => thumbsDown > 0)).toBe(
    true,
  );
});

test.each([
  ['/api/users?modle=gpt-4o', 'model'],
  ['/api/summary?grup=acme', 'group'],
  ['/api/usage?props.plan=pro', 'group'],
  ['/api/models?include=latncy', 'latency'],
  ['/api/users?include=tend', 'trend'],
  ['/api/distribution?sevice=chat', 'service'],
  ['/api/movers?tags=chat', 'tag'],
])('answers %s with 400 and a valid name', async (url, name) => {
  const reply = await collector.app.inject({ url, headers: { 'x-project': 'scope' } });
  expect(reply.statusCode).toBe(400);
  expect(reply.body).toContain(name);
});
