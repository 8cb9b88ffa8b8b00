import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MemoryCollector, memoryCollector } from '../../testing/memory-collector.ts';
import { waitFor } from '../../testing/wait-for.ts';

const INGEST = 'ingest-secret-0123456789';
const OTHER = 'other-project-secret-0123';
const PAGE = 'browser-secret-0123456789';
const READ = 'reading-secret-0123456789';
const settings = {
  token: [`ingest=${INGEST}`, `ingest@other=${OTHER}`, `browser=${PAGE}`, `read=${READ}`],
  'max-spans': 50,
  'max-body': 100_000,
};

let collector: MemoryCollector;
beforeAll(async () => {
  collector = await memoryCollector(settings);
});
afterAll(() => collector.remove());

interface Answer {
  readonly status: number;
  readonly body: {
    readonly results?: readonly { id: unknown; success: boolean; error?: string }[];
    readonly message?: string;
  };
}

async function post(body: string, key = INGEST, url = collector.url): Promise<Answer> {
  const response = await fetch(`${url}/v1/runs/ingest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body,
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

function send(events: unknown, key?: string, url?: string): Promise<Answer> {
  return post(JSON.stringify({ events }), key, url);
}

function newId(): string {
  return randomUUID();
}

/** The start and end event of a call. */
function call(runId: string, start: object = {}, end: object = {}): object[] {
  const timestamp = Date.now();
  return [
    { type: 'llm', event: 'start', runId, name: 'gpt-4o-mini', timestamp, ...start },
    {
      type: 'llm',
      event: 'end',
      runId,
      timestamp: timestamp + 100,
      tokensUsage: { prompt: 10, completion: 2 },
      ...end,
    },
  ];
}

const NO_TOKENS = ['gen_ai.usage.input_tokens', 'gen_ai.usage.output_tokens'];

type Attributes = Readonly<Record<string, unknown>>;

/** The attributes of a run's span when it is in the store. */
async function spanNamed(
  name: string,
  from = collector,
): Promise<{ attributes: Attributes; claimed: boolean; project: string }> {
  const found = await waitFor(
    () => from.received().find(({ span }) => span.name === `chat ${name}`),
    (span) => span !== undefined,
  );
  return {
    attributes: { ...found?.span.attributes },
    claimed: found?.claimed ?? false,
    project: found?.project ?? '',
  };
}

describe('rejected bodies', () => {
  const deep = '['.repeat(200) + ']'.repeat(200);
  test.each([
    ['invalid JSON', '{"events":', 400, /not JSON/],
    ['nothing', '', 400, /not JSON/],
    ['a string', '"events"', 400, /\{"events"/],
    ['no events', '{}', 400, /\{"events"/],
    ['events as a string', '{"events":"start"}', 400, /\{"events"/],
    ['events that are null', '{"events":null}', 400, /\{"events"/],
    ['deeply nested events', `{"events":${deep}}`, 400, /levels/],
    [
      'too many events',
      JSON.stringify({ events: Array.from({ length: 51 }, () => ({})) }),
      413,
      /51 events.*at most 50/,
    ],
    ['too large', JSON.stringify({ events: [{ name: 'x'.repeat(120_000) }] }), 413, /larger than/],
  ])('%s', async (_name, body, status, message) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ status, body: { message: expect.stringMatching(message) } });
  });

  test.each([
    ['no key', '', 401],
    ['a wrong key', 'wrong-secret-0123456789', 401],
    ['a key with only the permission read', READ, 403],
  ])('%s', async (_name, key, status) => {
    expect(await send(call(newId()), key)).toMatchObject({ status });
  });
});

describe('rejected events, each with its reason, next to accepted ones', () => {
  test.each([
    ['null', null, /object/],
    ['a list', [], /object/],
    ['a missing event', { type: 'llm', runId: 'x' }, /event must be/],
    ['an unknown event', { type: 'llm', event: '__proto__', runId: 'x' }, /event must be/],
    ['an unknown type', { type: 'constructor', event: 'start', runId: 'x' }, /type must be/],
    ['no run id', { type: 'llm', event: 'start' }, /runId must be/],
    ['an empty run id', { type: 'llm', event: 'start', runId: '' }, /runId must have/],
    ['a run id that is a number', { type: 'llm', event: 'start', runId: 7 }, /runId must be/],
    [
      'a run id of 2,000 characters',
      { type: 'llm', event: 'start', runId: 'x'.repeat(2000) },
      /runId must have/,
    ],
    ['an unknown key in appId', { type: 'llm', event: 'start', runId: 'x', appId: 'unknown' }, /appId/],
    ['a number in appId', { type: 'llm', event: 'start', runId: 'x', appId: 7 }, /appId/],
    [
      'a key with only the permission read',
      { type: 'llm', event: 'start', runId: 'x', appId: READ },
      /appId/,
    ],
  ])('%s', async (_name, event, reason) => {
    const id = newId();
    const { status, body } = await send([event, ...call(id)]);
    expect(status).toBe(200);
    expect(body.results?.[0]).toMatchObject({ success: false, error: expect.stringMatching(reason) });
    expect(body.results?.slice(1)).toEqual([
      { id, success: true },
      { id, success: true },
    ]);
  });
});

describe('how a call is stored', () => {
  test.each<[string, object, object, Attributes, readonly string[]]>([
    [
      'user and props in camel case',
      { userId: 'u1', userProps: { name: 'Ada', email: 'a@b.c', plan: 'pro', nested: {}, none: null } },
      {},
      { 'user.id': 'u1', 'user.name': 'Ada', 'user.email': 'a@b.c', 'userspan.user.plan': 'pro' },
      ['userspan.user.nested', 'userspan.user.none'],
    ],
    [
      'snake case, and a time as ISO 8601',
      { user_id: 'u1', user_props: { name: 'Ada' }, timestamp: new Date().toISOString() },
      { tokensUsage: undefined, tokens_usage: { prompt: 7, completion: 1, prompt_cached: 3 } },
      { 'user.id': 'u1', 'gen_ai.usage.input_tokens': 7, 'gen_ai.usage.cache_read.input_tokens': 3 },
      [],
    ],
    ['a user that is a number', { userId: 42 }, {}, { 'user.id': '42' }, []],
    ['a user only in the end event', {}, { userId: 'u9' }, { 'user.id': 'u9' }, []],
    ['a user that is an object', { userId: {} }, {}, {}, ['user.id']],
    [
      'a number of chunks instead of tokens',
      {},
      { tokensUsage: { prompt: null, completion: 9 } },
      {},
      NO_TOKENS,
    ],
    ['a prompt of 0 tokens', {}, { tokensUsage: { prompt: 0, completion: 9 } }, {}, NO_TOKENS],
    ['a negative count', {}, { tokensUsage: { prompt: -1, completion: 9 } }, {}, NO_TOKENS],
    ['a count that is too large', {}, { tokensUsage: { prompt: 1e300, completion: 9 } }, {}, NO_TOKENS],
    [
      'more cached tokens than the prompt has',
      {},
      { tokensUsage: { prompt: 5, completion: 9, promptCached: 6 } },
      {},
      NO_TOKENS,
    ],
    [
      'Anthropic, whose prompt tokens exclude the cache',
      {},
      {
        tokensUsage: { prompt: 5, completion: 9 },
        metadata: { cacheReadInputTokens: 20, cacheCreationInputTokens: 30 },
      },
      {
        'gen_ai.usage.input_tokens': 55,
        'gen_ai.usage.cache_read.input_tokens': 20,
        'gen_ai.usage.cache_creation.input_tokens': 30,
      },
      [],
    ],
    ['invalid times', { timestamp: 1e18 }, { timestamp: -1 }, { 'gen_ai.usage.input_tokens': 10 }, []],
    ['valid and invalid tags', { tags: ['a', 7, '', 'a', 'b'] }, {}, { 'userspan.tags': ['a', 'b'] }, []],
    [
      'an error',
      {},
      { event: 'error', error: { message: 'boom' }, tokensUsage: null },
      { 'error.type': '_OTHER' },
      [],
    ],
    [
      'no content without --content',
      { input: 'secret', output: 'secret' },
      { output: 'secret' },
      {},
      ['gen_ai.input.messages', 'gen_ai.output.messages'],
    ],
    [
      'names of object members',
      JSON.parse('{"userId":"u1","userProps":{"__proto__":"x","constructor":"y"}}') as object,
      {},
      { 'user.id': 'u1' },
      [],
    ],
  ])('%s', async (_name, start, end, expected, absent) => {
    const name = newId();
    expect((await send(call(newId(), { name, ...start }, end))).status).toBe(200);
    const { attributes } = await spanNamed(name);
    expect(attributes).toMatchObject(expected);
    expect(Object.keys(attributes).filter((key) => absent.includes(key))).toEqual([]);
  });
});

test('counts a repeated event once, and accepts an end before its start', async () => {
  const [name, id] = [newId(), newId()];
  const [start, end] = call(id, { name, userId: 'u1' }) as [object, object];
  await send(end);
  await send([start, start]);
  await send([start, end]);
  const { attributes } = await spanNamed(name);
  expect(attributes).toMatchObject({ 'user.id': 'u1', 'gen_ai.usage.input_tokens': 10 });
  await send(call(newId(), { name: `${name} after` }));
  await spanNamed(`${name} after`);
  expect(collector.received().filter(({ span }) => span.name === `chat ${name}`)).toHaveLength(1);
});

test('stores runs that are each other’s parents, and a run that is its own parent', async () => {
  const [a, b, own] = [newId(), newId(), newId()];
  await send([
    ...call(a, { name: a, parentRunId: b }),
    ...call(b, { name: b, parentRunId: a }),
    ...call(own, { name: own, parentRunId: own }),
  ]);
  const spans = await Promise.all([spanNamed(a), spanNamed(b), spanNamed(own)]);
  expect(spans).toHaveLength(3);
});

test('gives a run its parent’s user, which takes precedence over its own', async () => {
  const [parent, child] = [newId(), newId()];
  await send([
    {
      type: 'agent',
      event: 'start',
      runId: parent,
      name: 'support',
      userId: 'u-parent',
      userProps: { name: 'P' },
    },
    ...call(child, { name: child, parentRunId: parent, userId: 'u-own' }),
  ]);
  expect((await spanNamed(child)).attributes).toMatchObject({ 'user.id': 'u-parent', 'user.name': 'P' });
});

test('stores an event whose appId is another token’s secret in that token’s project', async () => {
  const name = newId();
  const [start, end] = call(newId(), { name, appId: OTHER }, { appId: OTHER });
  await send([start, end]);
  expect(await spanNamed(name)).toMatchObject({ project: 'other' });
});

test('marks events of a page as claimed, and does not let them end a server’s run or change its user', async () => {
  const [name, id, page] = [newId(), newId(), newId()];
  const [start, end] = call(id, { name, userId: 'u-server' }, { tokensUsage: { prompt: 10, completion: 2 } });
  await send(start);
  await send({ ...end, userId: 'u-page', tokensUsage: { prompt: 9_999, completion: 9_999 } }, PAGE);
  await send(call(page, { name: page, parentRunId: id }), PAGE);
  await send(end);
  expect(await spanNamed(name)).toMatchObject({
    claimed: false,
    attributes: { 'user.id': 'u-server', 'gen_ai.usage.input_tokens': 10 },
  });
  const claimed = await spanNamed(page);
  expect(claimed.claimed).toBe(true);
  expect(claimed.attributes['user.id']).toBe('u-page');
});

test('ends a started run after a restart, and does not restore an erased user’s run', async () => {
  const data = await mkdtemp(join(tmpdir(), 'userspan-lunary-'));
  const first = await memoryCollector(settings, data);
  const [kept, erased] = [
    call(newId(), { name: 'kept', userId: 'u-kept' }),
    call(newId(), { name: 'gone', userId: 'u-gone' }),
  ];
  await send([kept[0], erased[0]], INGEST, first.url);
  await first.storeSide.eraseFromWal('default', ['u-gone']);
  await first.close();
  const second = await memoryCollector(settings, data);
  try {
    await send([kept[1]], INGEST, second.url);
    const { attributes } = await spanNamed('kept', second);
    expect(attributes).toMatchObject({ 'user.id': 'u-kept', 'gen_ai.usage.input_tokens': 10 });
    expect(second.spans()).toHaveLength(1);
  } finally {
    await second.remove();
  }
});
