import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type MemoryCollector, memoryCollector } from '../testing/memory-collector.ts';
import { post, requestOf, span } from '../testing/otlp-spans.ts';
import { waitFor } from '../testing/wait-for.ts';
import { HttpConnections } from './http-connections.ts';

const sockets: Socket[] = [];
let collector: MemoryCollector | undefined;
afterEach(async () => {
  for (const socket of sockets.splice(0)) {
    socket.destroy();
  }
  await collector?.remove();
  collector = undefined;
});

/** A connection on which this was sent, and what came back. */
interface Sent {
  readonly socket: Socket;
  received: string;
  isClosed: boolean;
}

async function send(text: string, encoding: 'utf8' | 'latin1' = 'utf8'): Promise<Sent> {
  const { hostname, port } = new URL(collector?.url ?? '');
  const socket = connect(Number(port), hostname);
  const sent: Sent = { socket, received: '', isClosed: false };
  sockets.push(socket);
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => (sent.received += chunk.toString('latin1')));
  socket.on('close', () => (sent.isClosed = true));
  await new Promise<void>((resolve) => {
    socket.once('connect', () => resolve());
  });
  socket.write(text, encoding);
  return sent;
}

const GET = 'GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n';
const POST = 'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\n';

describe('stopping', () => {
  test.each([
    ['a connection that sent nothing ends at once', '', 2_000],
    ['a connection after its answer ends at once', GET, 2_000],
    ['half a header ends', 'GET /readyz HTTP/1.1\r\nHost: loc', 9_000],
    ['half a body ends', `${POST}Content-Length: 1000\r\n\r\nhalf`, 9_000],
    ['requests that wait for an answer end', GET.repeat(10), 2_000],
    ['a chunk that is cut ends', `${POST}Transfer-Encoding: chunked\r\n\r\n5\r\nha`, 9_000],
  ])('%s', async (_name, text, limitMs) => {
    collector = await memoryCollector();
    const sent = await Promise.all(Array.from({ length: 20 }, () => send(text)));
    if (text === GET) {
      await waitFor(
        () => sent.every(({ received }) => received.includes('"ready":true')),
        (isAnswered) => isAnswered,
      );
    }
    // A request on another connection shows that the collector has seen what came before.
    expect((await post(collector.url, requestOf([span(1, 1)]))).status).toBe(200);
    const startedAt = performance.now();
    await collector.close();
    expect(performance.now() - startedAt).toBeLessThan(limitMs);
    await waitFor(
      () => sent.every(({ isClosed }) => isClosed),
      (isClosed) => isClosed,
    );
  });
});

describe('pipelined requests', () => {
  test('are answered in order, also those with a body', async () => {
    collector = await memoryCollector();
    const body = requestOf([span(1, 1)]);
    const posts = `${POST}Content-Length: ${body.length}\r\n\r\n${Buffer.from(body).toString('latin1')}`;
    const sent = await send(`${GET}${posts}${GET.replace('/readyz', '/v1/nothing')}${GET}`, 'latin1');
    await waitFor(
      () => [...sent.received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
      (statuses) => statuses.length === 4,
    ).then((statuses) => expect(statuses).toEqual(['200', '200', '404', '200']));
    expect(sent.isClosed).toBe(false);
  });

  test.each([
    ['as many as may wait are answered', 11, 11],
    ['with one more, the connection ends', 12, 0],
    ['with as many as a packet holds, the connection ends', 1500, 0],
  ])('%s', async (_name, count, answers) => {
    collector = await memoryCollector();
    const sent = await send('GET /readyz HTTP/1.1\r\nHost:localhost\r\n\r\n'.repeat(count));
    await waitFor(
      () => sent.isClosed || (sent.received.match(/"ready":true/g) ?? []).length === count,
      (isDone) => isDone,
    );
    expect(sent.isClosed).toBe(answers === 0);
    expect(sent.received.match(/"ready":true/g) ?? []).toHaveLength(answers);
    expect((await post(collector.url, requestOf([span(1, 1)]))).status).toBe(200);
  });
});

describe('a client that ends its side after its request gets the answer, and the connection ends', () => {
  test.each([
    ['a page', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', 1],
    ['a route that reads', 'GET /api/users HTTP/1.1\r\nHost: localhost\r\n\r\n', 1],
    ['requests that wait', GET.repeat(5), 5],
    ['a body', `${POST.replace('x-protobuf', 'json')}Content-Length: 2\r\n\r\n{}`, 1],
  ])('%s', async (_name, text, answers) => {
    collector = await memoryCollector();
    const sent = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const one = await send(text);
        one.socket.end();
        return one;
      }),
    );
    await waitFor(
      () => sent.every(({ isClosed }) => isClosed),
      (isClosed) => isClosed,
    );
    for (const { received } of sent) {
      expect([...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(
        Array.from({ length: answers }, () => '200'),
      );
    }
  });

  test('half a body has none', async () => {
    collector = await memoryCollector();
    const sent = await send(`${POST}Content-Length: 1000\r\n\r\nhalf`);
    sent.socket.end();
    await waitFor(
      () => sent.isClosed,
      (isClosed) => isClosed,
    );
    expect(sent.received).not.toContain('HTTP/1.1 200');
  });
});

describe('a body that is sent only when it is asked for', () => {
  const body = Buffer.concat(Array.from({ length: 20_000 }, (_, at) => requestOf([span(at + 1, 1)])));
  const head = `${POST}Content-Length: ${body.length}\r\nExpect: 100-continue\r\n`;
  const AUTHORIZED = 'Authorization: Bearer secret-of-a-test\r\n';

  test.each([
    ['no token', head],
    ['a wrong token', `${head}Authorization: Bearer another-of-a-test\r\n`],
    ['a path that there is not', `${head.replace('/v1/traces', '/v1/nothing')}${AUTHORIZED}`],
    ['a length that is too large', `${head.replace(String(body.length), '999999999')}${AUTHORIZED}`],
  ])('is not asked for: %s', async (_name, text) => {
    collector = await memoryCollector({ token: ['ingest=secret-of-a-test'] });
    const sent = await send(`${text}\r\n`);
    await waitFor(
      () => sent.isClosed,
      (isClosed) => isClosed,
    );
    expect(sent.received).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(sent.received).toMatch(/\r\nconnection: close\r\n/i);
    expect(sent.received.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  test('is asked for once, and the connection goes on', async () => {
    collector = await memoryCollector({ token: ['ingest=secret-of-a-test'] });
    const sent = await send('');
    for (const round of [1, 2]) {
      sent.received = '';
      sent.socket.write(`${head}${AUTHORIZED}\r\n`);
      await waitFor(
        () => sent.received,
        (text) => text === 'HTTP/1.1 100 Continue\r\n\r\n',
      );
      sent.socket.write(body);
      await waitFor(
        () => sent.received,
        (text) => /HTTP\/1\.1 200 /.test(text),
      );
      expect([round, sent.received.match(/HTTP\/1\.1/g)?.length]).toEqual([round, 2]);
    }
    expect(sent.isClosed).toBe(false);
  });
});

test('a body of ten thousand chunks is complete, and the request after it is answered', async () => {
  collector = await memoryCollector();
  const json = POST.replace('x-protobuf', 'json');
  const chunks = `${'1\r\n \r\n'.repeat(10_000)}2\r\n{}\r\n0\r\n\r\n`;
  const sent = await send(`${json}Transfer-Encoding: chunked\r\n\r\n${chunks}${GET}`);
  const received = await waitFor(
    () => sent.received,
    (text) => text.includes('"ready":true'),
  );
  expect(received).toMatch(/^HTTP\/1\.1 200 /);
});

test('requests of many connections at once are parsed in several turns of the event loop', async () => {
  collector = await memoryCollector();
  const sent = await Promise.all(Array.from({ length: 60 }, () => send('')));
  let longestMs = 0;
  let lastAt = performance.now();
  const startedAt = lastAt;
  const beat = setInterval(() => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - lastAt);
    lastAt = now;
  }, 1);
  for (const { socket } of sent) {
    // Node itself refuses each of them, as they have no `Host`.
    socket.write('GET / HTTP/1.1\r\n\r\n'.repeat(3_000));
  }
  await waitFor(
    () => sent.every(({ received }) => received.startsWith('HTTP/1.1 400 ')),
    (isDone) => isDone,
  );
  clearInterval(beat);
  // Parsed as it is read, it is all in one turn.
  expect(longestMs / (performance.now() - startedAt)).toBeLessThan(0.5);
});

test('a request has a client address even if the client has disconnected', async () => {
  const server = createServer();
  const addresses: (string | undefined)[] = [];
  const connections = new HttpConnections(server, (request) => {
    const { socket } = request;
    // A reset may look like an end.
    socket.once('end', () => socket.destroy());
    socket.once('close', () => addresses.push(socket.remoteAddress));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  for (let at = 0; at < 20; at += 1) {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(GET, () => socket.resetAndDestroy());
    await waitFor(
      () => addresses.length,
      (count) => count > at,
    );
  }
  await connections.close(0, new Promise((resolve) => server.close(resolve)));
  expect(new Set(addresses)).toEqual(new Set(['127.0.0.1']));
});

describe('data that is not HTTP is answered, and its connection is closed', () => {
  test.each([
    [
      'too large a header',
      `GET /readyz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
    [
      'too large a header, and the next request behind it',
      `GET /readyz HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n${GET}`,
      431,
    ],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['two lengths', `${POST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nx`, 400],
    ['a length and chunks', `${POST}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['no Host', 'GET /readyz HTTP/1.1\r\n\r\n', 400],
  ])('%s', async (_name, text, status) => {
    collector = await memoryCollector();
    const sent = await send(text);
    await waitFor(
      () => sent.isClosed,
      (isClosed) => isClosed,
    );
    expect(sent.received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(sent.received).toMatch(/\r\nconnection: close\r\n/i);
    expect(sent.received.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

test('a body that continues after its answer is read for a while, and then the connection is closed', async () => {
  collector = await memoryCollector({ token: ['ingest=secret-of-a-test'] });
  const sent = await send(`${POST}Transfer-Encoding: chunked\r\n\r\n`);
  const chunk = `1;${'x'.repeat(1_000)}\r\nx\r\n`.repeat(100);
  const more = (): void => {
    while (!sent.isClosed && sent.socket.write(chunk)) {
      // Until the socket is full.
    }
  };
  sent.socket.on('drain', more);
  more();
  await waitFor(
    () => sent.isClosed,
    (isClosed) => isClosed,
  );
  expect(sent.received).toMatch(/^HTTP\/1\.1 401 /);

  const short = await send(`${POST}Content-Length: 10\r\n\r\n`);
  await waitFor(
    () => short.received,
    (received) => received.startsWith('HTTP/1.1 401 '),
  );
  short.socket.write(`0123456789${GET}`);
  await waitFor(
    () => short.received,
    (received) => received.includes('"ready":true'),
  );
});
