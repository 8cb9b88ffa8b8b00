import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fromBinary } from '@bufbuild/protobuf';
import { afterEach, describe, expect, test } from 'vitest';
import { ExportTraceServiceRequestSchema } from '../otlp/generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import { valueOf } from '../otlp/attributes-of.ts';
import { type MemoryCollector, memoryCollector } from '../testing/memory-collector.ts';
import { CALL, post, requestOf, span, type SpanInit } from '../testing/otlp-spans.ts';
import { waitFor } from '../testing/wait-for.ts';

interface Taken {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** A receiver with configurable answers. */
interface Receiver {
  readonly url: string;
  readonly taken: readonly Taken[];
  /** The statuses of the next answers, followed by 200. */
  readonly statuses: number[];
  close(): Promise<void>;
}

async function startReceiver(port = 0): Promise<Receiver> {
  const taken: Taken[] = [];
  const statuses: number[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = statuses.shift() ?? 200;
      const packed = Buffer.concat(chunks);
      if (status === 200) {
        const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed;
        taken.push({ path: request.url ?? '', headers: request.headers, body });
      }
      response.writeHead(status, status === 503 ? { 'retry-after': '0' } : {}).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    statuses,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) {
    await each.close();
  }
});

async function receiver(port?: number): Promise<Receiver> {
  const started = await startReceiver(port);
  open.push(started);
  return started;
}

async function forwarding(to: Receiver, data?: string): Promise<MemoryCollector> {
  const collector = await memoryCollector({ forward: [to.url], 'forward-header': ['X-Key=k1'] }, data);
  open.push({ close: () => collector.remove() });
  return collector;
}

function attributesBySpan(bodies: readonly Taken[]): Record<string, Record<string, unknown>> {
  const found: Record<string, Record<string, unknown>> = {};
  for (const { body } of bodies) {
    for (const { scopeSpans } of fromBinary(ExportTraceServiceRequestSchema, body).resourceSpans) {
      for (const { spanId, attributes } of scopeSpans.flatMap(({ spans }) => spans)) {
        const id = String(Buffer.from(spanId).readUInt32BE(4));
        found[id] = Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
      }
    }
  }
  return found;
}

/** A call that the vendor rejected, so that no cost is filled in. */
const REFUSED = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'error.type': '429',
} as const;

const taken = (from: Receiver, count = 1): Promise<readonly Taken[]> =>
  waitFor(
    () => from.taken,
    ({ length }) => length >= count,
  );

describe('forwarded requests', () => {
  test('have the same bytes, including unknown fields, if nothing is added', async () => {
    const to = await receiver();
    const collector = await forwarding(to);
    // Field 99 in the request, followed by an empty ResourceSpans with a field 1000.
    const odd = Buffer.from([0x9a, 0x06, 0x03, 1, 2, 3, 0x0a, 0x04, 0xc2, 0x3e, 0x01, 0x07]);
    const body = Buffer.concat([
      requestOf([span(1, 1, { a: 'b', 'user.id': 'u' })], { 'service.name': 's' }),
      odd,
    ]);
    await post(collector.url, body);
    const [request] = await taken(to);
    expect(request?.body.equals(body)).toBe(true);
    expect({ path: request?.path, headers: request?.headers }).toMatchObject({
      path: '/v1/traces',
      headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip', 'x-key': 'k1' },
    });
  });

  test('have only user, thread and cost added', async () => {
    const to = await receiver();
    const collector = await forwarding(to);
    const child = (n: number, parent: number, attributes: Record<string, string | number>): SpanInit =>
      span(1, n, attributes, { parentSpanId: span(1, parent).spanId ?? new Uint8Array() });
    const spans = [
      span(1, 1, { 'user.id': 'u1', 'user.email': 'u1@example.com', 'session.id': 't1' }),
      child(2, 1, { ...CALL, note: 'kept' }),
      child(3, 2, { 'http.route': '/x' }),
      child(4, 1, { ...CALL, 'user.id': 'u2', 'gen_ai.usage.cost': 7 }),
      child(5, 1, { ...CALL, 'gen_ai.request.model': 'no-such-model' }),
      child(6, 1, REFUSED),
    ];
    await post(collector.url, requestOf(spans));
    const found = attributesBySpan(await taken(to));
    const price = {
      'gen_ai.usage.cost': 0.0035,
      'userspan.cost.source': 'list',
      'userspan.cost.as_of': expect.any(String),
    };
    const who = {
      'user.id': 'u1',
      'user.email': 'u1@example.com',
      'session.id': 't1',
      'gen_ai.conversation.id': 't1',
    };
    expect(found).toEqual({
      1: { 'user.id': 'u1', 'user.email': 'u1@example.com', 'session.id': 't1' },
      2: { ...CALL, note: 'kept', ...who, ...price },
      3: { 'http.route': '/x' },
      4: {
        ...CALL,
        'user.id': 'u2',
        'gen_ai.usage.cost': 7,
        'session.id': 't1',
        'gen_ai.conversation.id': 't1',
      },
      5: {
        ...CALL,
        'gen_ai.request.model': 'no-such-model',
        ...who,
        'userspan.cost.unpriced': expect.any(String),
      },
      6: { ...REFUSED, ...who },
    });
  });

  test('have unchanged logs and metrics', async () => {
    const to = await receiver();
    const collector = await forwarding(to);
    const bodies = { logs: LOGS, metrics: METRICS };
    for (const [signal, body] of Object.entries(bodies)) {
      const response = await fetch(`${collector.url}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body,
      });
      expect(response.status).toBe(200);
    }
    const requests = await taken(to, 2);
    expect(Object.fromEntries(requests.map(({ path, body }) => [path, body.toString('hex')]))).toEqual({
      '/v1/logs': LOGS.toString('hex'),
      '/v1/metrics': METRICS.toString('hex'),
    });
  });

  test('are protobuf if they arrived as JSON', async () => {
    const to = await receiver();
    const collector = await forwarding(to);
    const body = {
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                {
                  traceId: 'a'.repeat(32),
                  spanId: '00000000000000ff',
                  attributes: [{ key: 'k', value: { intValue: 5 } }],
                },
              ],
            },
          ],
        },
      ],
    };
    await post(collector.url, JSON.stringify(body), { 'content-type': 'application/json' });
    expect(attributesBySpan(await taken(to))).toEqual({ 255: { k: 5 } });
  });
});

describe('when the receiver does not accept a request', () => {
  test.each([[503], [429], [500], [401], [404], [301]])('retries the request after %i', async (status) => {
    const to = await receiver();
    to.statuses.push(status);
    const collector = await forwarding(to);
    await post(collector.url, requestOf([span(1, 1)]));
    expect(attributesBySpan(await taken(to))).toEqual({ 1: {} });
  });

  test('delivers the other requests and counts the rejected one after 400 for one of several requests', async () => {
    const to = await receiver();
    const collector = await forwarding(to);
    // Both requests together, and then each separately.
    to.statuses.push(503, 400, 400);
    const sent = [post(collector.url, requestOf([span(1, 1)])), post(collector.url, requestOf([span(2, 2)]))];
    await Promise.all(sent);
    await taken(to);
    const health = async (): Promise<unknown> =>
      ((await (await fetch(`${collector.url}/healthz`)).json()) as Record<string, unknown>)['forward1'];
    await waitFor(health, (part) => (part as { lagBytes: number }).lagBytes === 0);
    expect(await health()).toEqual({ state: 'ok', lagBytes: 0, refusedItems: 1 });
  });

  test('sends a request in parts after 413', async () => {
    const to = await receiver();
    const collector = await forwarding(to);
    to.statuses.push(413, 413);
    await post(collector.url, requestOf([span(1, 1), span(1, 2), span(1, 3), span(1, 4)]));
    const found = await taken(to, 3);
    expect(found.map((request) => Object.keys(attributesBySpan([request])))).toEqual([
      ['1'],
      ['2'],
      ['3', '4'],
    ]);
  });

  test('fails at start if a receiver is the collector itself', async () => {
    const first = await memoryCollector();
    const { port } = new URL(first.url);
    await first.remove();
    await expect(
      memoryCollector({ port: Number(port), forward: [`http://localhost:${port}/`] }),
    ).rejects.toThrow('is this collector itself');
  });

  test('keeps requests for an unreachable receiver over a restart, reports it in /healthz, and delivers everything later', async () => {
    const gone = await startReceiver();
    await gone.close();
    const first = await memoryCollector({ forward: [gone.url] });
    await post(first.url, requestOf([span(1, 1)]));
    const failing = await waitFor(
      async () =>
        (await (await fetch(`${first.url}/healthz`)).json()) as Record<
          string,
          { state?: string; message?: string }
        >,
      (parts) => parts['forward1']?.state === 'failing',
    );
    expect(failing).toMatchObject({ status: 'degraded', forward1: { message: 'ECONNREFUSED' } });
    await first.close();

    const second = await memoryCollector({ forward: [gone.url] }, first.data);
    open.push({ close: () => second.remove() });
    await post(second.url, requestOf([span(2, 2)]));
    const back = await receiver(Number(new URL(gone.url).port));
    await waitFor(
      () => Object.keys(attributesBySpan(back.taken)),
      ({ length }) => length === 2,
    );
  });
});

test("an erasure removes the user's spans and the spans below them from the queue, and keeps others", async () => {
  const gone = await startReceiver();
  await gone.close();
  const collector = await memoryCollector({ forward: [gone.url] });
  open.push({ close: () => collector.remove() });
  collector.breakStore(true);
  const below = (trace: number, n: number, parent: number): SpanInit =>
    span(trace, n, { ...CALL }, { parentSpanId: span(trace, parent).spanId ?? new Uint8Array() });
  await post(collector.url, requestOf([span(1, 1, { 'user.id': 'u1' }), span(2, 2, { 'user.id': 'u2' })]));
  await post(collector.url, requestOf([below(1, 3, 1), below(2, 4, 2), span(3, 5)]));
  await post(
    collector.url,
    requestOf([span(4, 6, { 'user.id': 'u1' }), below(4, 7, 6), span(4, 8, { 'user.id': 'u2' })]),
  );
  await post(collector.url, requestOf([span(5, 9)], { 'enduser.id': 'name-of-u1' }));
  const receipt = await collector.storeSide.eraseFromWal('default', ['u1', 'name-of-u1']);
  expect(receipt).toEqual({ spans: 5, requests: 4 });
  expect(await collector.storeSide.eraseFromWal('other', ['u2'])).toEqual({ spans: 0, requests: 0 });
  // The same if the resource of the spans names the user.
  const log = join(collector.data, 'log');
  for (const name of await readdir(log)) {
    expect([name, (await readFile(join(log, name))).includes('name-of-u1')]).toEqual([name, false]);
  }

  const back = await receiver(Number(new URL(gone.url).port));
  await waitFor(
    () => Object.keys(attributesBySpan(back.taken)).toSorted(),
    (ids) => ids.join() === '2,4,5,8',
  );
});

/** ResourceLogs > ScopeLogs > LogRecord with a body and an unknown field. */
const LOGS = Buffer.from('0a0e120c120a2a040a0268699a0601ff', 'hex');
/** ResourceMetrics > ScopeMetrics > Metric with a name. */
const METRICS = Buffer.from('0a07120512030a016d', 'hex');
