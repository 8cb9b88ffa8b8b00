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

/** A connection on which this text was sent, and the received answer. */
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

describe('stopping the collector', () => {
  test.each([
    ['immediately closes a connection that sent nothing', '', 2_000],
    ['immediately closes a connection after its answer', GET, 2_000],
    ['closes a connection with an incomplete header', 'GET /readyz HTTP/1.1\r\nHost: loc', 9_000],
    ['closes a connection with an incomplete body', `${POST}Content-Length: 1000\r\n\r\nhalf`, 9_000],
    ['closes a connection with requests that wait for an answer', GET.repeat(10), 2_000],
    [
      'closes a connection with an incomplete chunk',
      `${POST}Transfer-Encoding: chunked\r\n\r\n5\r\nha`,
      9_000,
    ],
  ])('%s', async (_name, text, limitMs) => {
    collector = await memoryCollector();
    const sent = await Promise.all(Array.from({ length: 20 }, () => send(text)));
    if (text === GET) {
      await waitFor(
        () => sent.every(({ received }) => received.includes('"ready":true')),
        (isAnswered) => isAnswered,
      );
    }
    // After a request on another connection, the collector has received everything sent before.
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
    ['are answered up to the maximum number', 11, 11],
    ['close the connection if there is one more', 12, 0],
    ['close the connection if they fill a packet', 1500, 0],
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

describe('answers a client that closes its side after its request, and then closes the connection', () => {
  test.each([
    ['a page', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', 1],
    ['an API route', 'GET /api/users HTTP/1.1\r\nHost: localhost\r\n\r\n', 1],
    ['several requests', GET.repeat(5), 5],
    ['a request with a body', `${POST.replace('x-protobuf', 'json')}Content-Length: 2\r\n\r\n{}`, 1],
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

  test('does not answer an incomplete body', async () => {
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

describe('a request with Expect: 100-continue', () => {
  const body = Buffer.concat(Array.from({ length: 20_000 }, (_, at) => requestOf([span(at + 1, 1)])));
  const head = `${POST}Content-Length: ${body.length}\r\nExpect: 100-continue\r\n`;
  const AUTHORIZED = 'Authorization: Bearer secret-of-a-test\r\n';

  test.each([
    ['no token', head],
    ['a wrong token', `${head}Authorization: Bearer another-of-a-test\r\n`],
    ['an unknown path', `${head.replace('/v1/traces', '/v1/nothing')}${AUTHORIZED}`],
    ['a body that is too large', `${head.replace(String(body.length), '999999999')}${AUTHORIZED}`],
  ])('does not get 100 Continue with %s', async (_name, text) => {
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

  test('gets 100 Continue once, and the connection stays open', async () => {
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

test('reads a body of ten thousand chunks, and answers the next request', async () => {
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

test('parses concurrent requests of many connections in several turns of the event loop', async () => {
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
    // Node rejects each request, because they have no `Host`.
    socket.write('GET / HTTP/1.1\r\n\r\n'.repeat(3_000));
  }
  await waitFor(
    () => sent.every(({ received }) => received.startsWith('HTTP/1.1 400 ')),
    (isDone) => isDone,
  );
  clearInterval(beat);
  // Without limits, all requests would be parsed in one turn.
  expect(longestMs / (performance.now() - startedAt)).toBeLessThan(0.5);
});

test('a request has a client address even if the client has disconnected', async () => {
  const server = createServer();
  const addresses: (string | undefined)[] = [];
  const connections = new HttpConnections(server, (request) => {
    const { socket } = request;
    // A reset may be reported as an end of the connection.
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

describe('answers invalid HTTP and closes the connection', () => {
  test.each([
    [
      'a header that is too large',
      `GET /readyz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
    [
      'a header that is too large, followed by another request',
      `GET /readyz HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n${GET}`,
      431,
    ],
    ['bytes that are not HTTP', 'hello\r\n\r\n', 400],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['two Content-Length headers', `${POST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nx`, 400],
    [
      'Content-Length together with chunks',
      `${POST}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['a request without Host', 'GET /readyz HTTP/1.1\r\n\r\n', 400],
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

test('reads a body that continues after the answer for a limited time, then closes the connection', async () => {
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
