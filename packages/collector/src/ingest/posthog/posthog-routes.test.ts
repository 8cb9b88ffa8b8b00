import { gzipSync } from 'node:zlib';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MemoryCollector, memoryCollector } from '../../testing/memory-collector.ts';
import { waitFor } from '../../testing/wait-for.ts';

const KEY = 'phc_ingest-secret-0123456789';
const PAGE = 'phc_browser-secret-0123456789';
const READ = 'reading-secret-0123456789';

let collector: MemoryCollector;
beforeAll(async () => {
  collector = await memoryCollector({
    token: [`ingest@posthog=${KEY}`, `browser@posthog=${PAGE}`, `read=${READ}`],
    'cors-origin': ['https://app.example.com'],
    'max-spans': 50,
    'max-body': 100_000,
  });
});
afterAll(() => collector.remove());

function post(
  body: string | Uint8Array<ArrayBuffer>,
  path = '/batch/',
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${collector.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

function eventOf(properties: object, more: object = {}): object {
  return {
    event: '$ai_generation',
    uuid: randomUUID(),
    distinct_id: 'u1',
    timestamp: new Date().toISOString(),
    properties: {
      $ai_model: 'gpt-4o-mini',
      $ai_provider: 'openai',
      $ai_trace_id: randomUUID(),
      ...properties,
    },
    ...more,
  };
}

/** The stored call of the event with this model. */
async function storedSpan(model: string): Promise<{
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly claimed: boolean;
  readonly project: string;
  readonly durationMs: number;
  readonly traceId: string | undefined;
  readonly parentSpanId: string | undefined;
}> {
  const found = await waitFor(
    () => collector.received().find(({ span }) => span.attributes['gen_ai.request.model'] === model),
    (span) => span !== undefined,
  );
  const { span, claimed = false, project = '' } = found ?? {};
  return {
    attributes: { ...span?.attributes },
    claimed,
    project,
    traceId: span?.traceId,
    parentSpanId: span?.parentSpanId,
    durationMs: Number((span?.endTimeUnixNano ?? 0n) - (span?.startTimeUnixNano ?? 0n)) / 1e6,
  };
}

describe('rejected bodies', () => {
  test.each([
    ['invalid JSON', '{', 400],
    ['no key', JSON.stringify({ batch: [eventOf({})] }), 401],
    ['a wrong key', JSON.stringify({ api_key: 'phc_wrong-secret-0123456', batch: [] }), 401],
    ['an object as key', JSON.stringify({ api_key: {}, batch: [] }), 401],
    ['a key with only the permission read', JSON.stringify({ api_key: READ, batch: [] }), 403],
    ['too many events', JSON.stringify({ api_key: KEY, batch: Array.from({ length: 51 }, () => 1) }), 413],
    ['too large', JSON.stringify({ api_key: KEY, batch: ['x'.repeat(120_000)] }), 413],
    ['too large when decompressed', new Uint8Array(gzipSync(Buffer.alloc(1_000_000, ' '))), 413],
    ['gzip with invalid content', new Uint8Array([0x1f, 0x8b, 1, 2, 3]), 400],
  ])('%s', async (_name, body, status) => {
    expect((await post(body)).status).toBe(status);
  });

  test('rejects a page of another origin', async () => {
    const answer = await post(JSON.stringify({ api_key: KEY, batch: [eventOf({})] }), '/batch/', {
      origin: 'https://evil.example',
    });
    expect(answer.status).toBe(403);
  });
});

describe('accepts', () => {
  const bodies: readonly [
    string,
    string,
    (event: object) => string | Uint8Array<ArrayBuffer>,
    Record<string, string>,
  ][] = [
    [
      'a batch of posthog-node and Python',
      '/batch/',
      (event) => JSON.stringify({ api_key: KEY, batch: [event] }),
      {},
    ],
    ['only AI events', '/i/v0/ai/batch/', (event) => JSON.stringify({ api_key: KEY, batch: [event] }), {}],
    ['one event', '/capture/', (event) => JSON.stringify({ api_key: KEY, ...event }), {}],
    ['one event with a token', '/i/v0/e/', (event) => JSON.stringify({ token: KEY, ...event }), {}],
    [
      'gzip',
      '/batch/',
      (event) => new Uint8Array(gzipSync(JSON.stringify({ api_key: KEY, batch: [event] }))),
      { 'content-encoding': 'gzip' },
    ],
    [
      'gzip without a header, as from posthog-js',
      '/i/v0/e/?compression=gzip-js',
      (event) => new Uint8Array(gzipSync(JSON.stringify([{ ...event, token: KEY }]))),
      { 'content-type': 'text/plain' },
    ],
    [
      'a key in a header',
      '/batch',
      (event) => JSON.stringify({ batch: [event] }),
      { authorization: `Bearer ${KEY}` },
    ],
  ];
  test.each(bodies)('%s', async (_name, path, bodyOf, headers) => {
    const model = randomUUID();
    expect((await post(bodyOf(eventOf({ $ai_model: model })), path, headers)).status).toBe(200);
    expect(await storedSpan(model)).toMatchObject({
      project: 'posthog',
      claimed: false,
      attributes: { 'user.id': 'u1' },
    });
  });

  test.each([
    ['a browser key', PAGE, {}],
    ['a page of an allowed origin', KEY, { origin: 'https://app.example.com' }],
  ])('marks the user as claimed for %s', async (_name, key, headers) => {
    const model = randomUUID();
    await post(JSON.stringify({ api_key: key, batch: [eventOf({ $ai_model: model })] }), '/i/v0/e/', headers);
    expect(await storedSpan(model)).toMatchObject({ claimed: true });
  });
});

describe('how a generation is stored', () => {
  test.each<[string, object, object, Readonly<Record<string, unknown>>, readonly string[]]>([
    [
      'user, props, group and thread',
      { $set: { name: 'Ada', plan: 'pro', nested: {} }, $groups: { company: 'acme' }, $ai_session_id: 's1' },
      {},
      {
        'user.id': 'u1',
        'user.name': 'Ada',
        'userspan.user.plan': 'pro',
        'userspan.user.group': 'acme',
        $ai_session_id: 's1',
      },
      ['userspan.user.nested'],
    ],
    [
      'a distinct id that equals the trace id',
      { $ai_trace_id: 't9' },
      { distinct_id: 't9' },
      {},
      ['user.id'],
    ],
    ['an object as distinct id', {}, { distinct_id: {} }, {}, ['user.id']],
    [
      'input that includes the cache',
      { $ai_input_tokens: 100, $ai_cache_read_input_tokens: 40, $ai_cache_reporting_exclusive: false },
      {},
      { 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.cache_read.input_tokens': 40 },
      [],
    ],
    [
      'input without the cache',
      {
        $ai_provider: 'anthropic',
        $ai_input_tokens: 10,
        $ai_cache_read_input_tokens: 40,
        $ai_cache_creation_input_tokens: 5,
      },
      {},
      { 'gen_ai.usage.input_tokens': 55, 'gen_ai.usage.cache_creation.input_tokens': 5 },
      [],
    ],
    [
      'invalid counts',
      { $ai_input_tokens: -1, $ai_output_tokens: '9' },
      {},
      {},
      ['gen_ai.usage.input_tokens'],
    ],
    [
      'its own price',
      { $ai_total_cost_usd: 0.5 },
      {},
      { 'gen_ai.usage.cost': 0.5, 'userspan.cost.source': 'custom' },
      [],
    ],
    ['an invalid cost', { $ai_total_cost_usd: -1 }, {}, {}, ['gen_ai.usage.cost']],
    [
      'a refused call',
      { $ai_is_error: true, $ai_http_status: 429, $ai_error: '{}' },
      {},
      { 'error.type': '429' },
      [],
    ],
    [
      'no content without --content',
      { $ai_input: 'secret', $ai_output_choices: ['secret'] },
      {},
      {},
      ['gen_ai.input.messages', 'gen_ai.output.messages'],
    ],
    ['an embedding', {}, { event: '$ai_embedding' }, { 'gen_ai.operation.name': 'embeddings' }, []],
    ['invalid times and durations', { $ai_latency: 1e300 }, { timestamp: 'never' }, { 'user.id': 'u1' }, []],
  ])('%s', async (_name, properties, more, expected, absent) => {
    const model = randomUUID();
    await post(JSON.stringify({ api_key: KEY, batch: [eventOf({ $ai_model: model, ...properties }, more)] }));
    const { attributes } = await storedSpan(model);
    expect(attributes).toMatchObject(expected);
    expect(Object.keys(attributes).filter((key) => absent.includes(key))).toEqual([]);
  });

  test('ends when it was captured, and starts earlier by its latency', async () => {
    const model = randomUUID();
    await post(JSON.stringify({ api_key: KEY, batch: [eventOf({ $ai_model: model, $ai_latency: 1.5 })] }));
    expect((await storedSpan(model)).durationMs).toBe(1500);
  });
});

describe('the span that an event names as its parent', () => {
  const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
  const SPAN = '00f067aa0ba902b7';
  test.each<[string, object, object]>([
    ['is the parent of a generation', {}, { traceId: TRACE, parentSpanId: SPAN }],
    ['is the parent of an embedding', { event: '$ai_embedding' }, { traceId: TRACE, parentSpanId: SPAN }],
  ])('%s', async (_name, more, expected) => {
    const model = randomUUID();
    const properties = { $ai_model: model, $ai_parent_id: 'span-2', traceparent: `00-${TRACE}-${SPAN}-01` };
    await post(JSON.stringify({ api_key: KEY, batch: [eventOf(properties, more)] }));
    expect(await storedSpan(model)).toMatchObject(expected);
  });

  test.each([
    ['not a string', 7],
    ['empty', ''],
    ['no trace id', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['no span id', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['too short', `00-${TRACE}-${SPAN.slice(1)}-01`],
    ['followed by more', `00-${TRACE}-${SPAN}-01-x`],
  ])('is ignored if it is invalid: %s', async (_name, traceparent) => {
    const [model, other] = [randomUUID(), randomUUID()];
    const ids = { $ai_trace_id: 'trace-9', $ai_parent_id: 'span-9' };
    const events = [
      eventOf({ $ai_model: model, ...ids, traceparent }),
      eventOf({ $ai_model: other, ...ids }),
    ];
    await post(JSON.stringify({ api_key: KEY, batch: events }));
    const { traceId, parentSpanId } = await storedSpan(other);
    expect(await storedSpan(model)).toMatchObject({ traceId, parentSpanId });
  });
});

test('answers events other than AI events without storing them', async () => {
  const before = collector.received().length;
  const events = [null, 7, [], {}, { event: '$pageview', properties: {} }, { event: '$ai_generation' }];
  const odd = JSON.parse('{"event":"__proto__","properties":{"__proto__":{}}}') as object;
  const answer = await post(JSON.stringify({ api_key: KEY, batch: [...events, odd] }));
  expect([answer.status, await answer.json()]).toEqual([200, { status: 1 }]);
  const model = randomUUID();
  await post(JSON.stringify({ api_key: KEY, batch: [eventOf({ $ai_model: model })] }));
  await storedSpan(model);
  expect(collector.received().length).toBe(before + 1);
});
