import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { connect as connectSocket, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Client, compressionAlgorithms, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MemoryCollector, memoryCollector } from '../../testing/memory-collector.ts';
import { requestOf, span } from '../../testing/otlp-spans.ts';
import { waitFor } from '../../testing/wait-for.ts';

const PATH = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const SECRET = 'ingest-secret-of-a-test';
const READ = 'read-secret-of-a-test';
const BROWSER = 'browser-key-of-a-test';
const HEADERS = {
  ':method': 'POST',
  ':path': PATH,
  'content-type': 'application/grpc',
  authorization: `Bearer ${SECRET}`,
} as const;

let collector: MemoryCollector;
let session: ClientHttp2Session;
beforeAll(async () => {
  collector = await memoryCollector({
    'grpc-port': '0',
    'max-body': 1_000_000,
    token: [`ingest@acme=${SECRET}`, `read@acme=${READ}`, `browser@acme=${BROWSER}`],
  });
  session = connect(collector.grpcUrl ?? '');
});
afterAll(async () => {
  session.destroy();
  await collector.remove();
});

interface Answer {
  readonly http: number | undefined;
  readonly grpc: string | undefined;
  readonly message: string | undefined;
}

/** The answer to a call. The call may remain open. */
function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let http: number | undefined;
    stream.on('error', reject);
    stream.on('response', (headers) => {
      http = headers[':status'];
      const grpc = headers['grpc-status']?.toString();
      if (grpc !== undefined || http !== 200) {
        resolve({ http, grpc, message: headers['grpc-message']?.toString() });
      }
    });
    stream.on('trailers', (trailers) => {
      resolve({ http, grpc: trailers['grpc-status']?.toString(), message: undefined });
    });
    stream.resume();
  });
}

function frame(message: Uint8Array, flag = 0, length = message.length): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flag);
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, message]);
}

const message = requestOf([span(1, 1)]);

describe('rejected by its headers, before the message arrives', () => {
  test.each([
    ['no token', { authorization: '' }, 200, '16'],
    ['a token in another scheme', { authorization: 'Basic eDp5' }, 200, '16'],
    ['a wrong token', { authorization: 'Bearer wrong-secret-of-a-test' }, 200, '16'],
    ['a session cookie', { authorization: '', cookie: `userspan_session=${SECRET}` }, 200, '16'],
    ['a token with only the permission read', { authorization: `Bearer ${READ}` }, 200, '7'],
    ['another service', { ':path': '/grpc.health.v1.Health/Check' }, 200, '12'],
    ['another method', { ':path': PATH.replace('Export', 'Import') }, 200, '12'],
    ['the name of an object member', { ':path': '/constructor' }, 200, '12'],
    ['an unsupported encoding', { 'grpc-encoding': 'zstd' }, 200, '12'],
    ['a Content-Length that is too large', { 'content-length': '1000006' }, 200, '8'],
    ['GET', { ':method': 'GET' }, 405, undefined],
    ['another content type', { 'content-type': 'application/json' }, 415, undefined],
    ['gRPC-Web', { 'content-type': 'application/grpc-web+proto' }, 415, undefined],
  ])('%s', async (_name, headers, http, grpc) => {
    const sent: Record<string, string> = { ...HEADERS, ...headers };
    if (sent['authorization'] === '') {
      delete sent['authorization'];
    }
    const stream = session.request(sent, { endStream: false });
    expect(await answerOf(stream)).toMatchObject({ http, grpc });
  });
});

test("marks spans of a browser key as claimed, in the key's project", async () => {
  const stream = session.request({ ...HEADERS, authorization: `Bearer ${BROWSER}` }, { endStream: false });
  const answer = answerOf(stream);
  stream.end(frame(requestOf([span(77, 1)])));
  expect(await answer).toMatchObject({ http: 200, grpc: '0' });
  const received = await waitFor(
    () => collector.received(),
    (all) => all.length > 0,
  );
  expect(received.map(({ project, claimed }) => ({ project, claimed }))).toEqual([
    { project: 'acme', claimed: true },
  ]);
});

describe('answers according to the message', () => {
  test.each([
    ['no message', [], '3'],
    ['a truncated prefix', [Buffer.alloc(4)], '3'],
    ['a length that is too small', [frame(message, 0, message.length - 1)], '3'],
    ['a length that is too large', [frame(message, 0, message.length + 1)], '3'],
    ['two messages', [frame(message), frame(message)], '3'],
    ['an unknown flag', [frame(message, 2)], '3'],
    ['a compressed flag without an encoding', [frame(gzipSync(message), 1)], '3'],
    ['a message one byte over the limit', [frame(Buffer.alloc(1_000_001))], '8'],
    ['a valid message sent byte by byte', [...frame(message)].map((byte) => Buffer.from([byte])), '0'],
  ])('%s', async (_name, chunks, grpc) => {
    const stream = session.request(HEADERS, { endStream: false });
    const answer = answerOf(stream);
    for (const chunk of chunks) {
      stream.write(chunk);
    }
    stream.end();
    expect(await answer).toMatchObject({ http: 200, grpc });
  });

  test.each([
    ['gzip', gzipSync(message), '0'],
    ['invalid gzip', message, '3'],
    ['truncated gzip', gzipSync(message).subarray(0, 30), '3'],
    ['sixty megabytes in sixty kilobytes', gzipSync(Buffer.alloc(60 << 20)), '8'],
  ])('compressed: %s', async (_name, packed, grpc) => {
    const stream = session.request({ ...HEADERS, 'grpc-encoding': 'gzip' }, { endStream: false });
    const answer = answerOf(stream);
    stream.end(frame(packed, 1));
    expect(await answer).toMatchObject({ http: 200, grpc });
  });
});

test('frees the memory of forty decompression bombs and hundreds of streams without a token', async () => {
  const bomb = frame(gzipSync(Buffer.alloc(60 << 20)), 1);
  const before = memory();
  let most = before;
  const calls: Promise<Answer>[] = [];
  for (let i = 0; i < 400; i += 1) {
    const { authorization, ...without } = HEADERS;
    const headers = { ...without, 'grpc-encoding': 'gzip', ...(i % 10 === 0 ? { authorization } : {}) };
    const stream = session.request(headers, { endStream: false });
    calls.push(answerOf(stream));
    stream.end(bomb);
    if (i % 20 === 19) {
      // A client may have a hundred concurrent streams.
      const answers = await Promise.all(calls.splice(0));
      expect(new Set(answers.map(({ grpc }) => grpc))).toEqual(new Set(['8', '16']));
      most = Math.max(most, memory());
    }
  }
  expect(most - before).toBeLessThan(150 << 20);
});

function memory(): number {
  return process.memoryUsage().rss;
}

test('frees the memory of a client that cancels its calls', async () => {
  for (let i = 0; i < 50; i += 1) {
    const stream = session.request(HEADERS, { endStream: false });
    stream.on('error', () => undefined);
    stream.write(frame(message).subarray(0, 20));
    stream.close(constants.NGHTTP2_CANCEL);
  }
  const stream = session.request(HEADERS, { endStream: false });
  const answer = answerOf(stream);
  stream.end(frame(message));
  expect(await answer).toMatchObject({ grpc: '0' });
});

function connectFrom(localAddress: string): ClientHttp2Session {
  const { hostname, port } = new URL(collector.grpcUrl ?? '');
  const createConnection = (): Socket => connectSocket({ host: hostname, port: Number(port), localAddress });
  return connect(collector.grpcUrl ?? '', { createConnection });
}

test('rate-limits wrong tokens on one connection and closes it, and accepts a valid token', async () => {
  const guesser = connectFrom('127.0.0.9');
  const closed = new Promise<void>((resolve) => guesser.once('close', () => resolve()));
  const statuses: (string | undefined)[] = [];
  for (let i = 0; i < 11; i += 1) {
    const stream = guesser.request({ ...HEADERS, authorization: `Bearer guess-${i}` }, { endStream: false });
    statuses.push((await answerOf(stream)).grpc);
  }
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => '16'), '8']);
  await closed;
  const owner = connectFrom('127.0.0.9');
  const stream = owner.request(HEADERS, { endStream: false });
  const answer = answerOf(stream);
  stream.end(frame(message));
  expect(await answer).toMatchObject({ grpc: '0' });
  owner.destroy();
});

test('closes a connection that is not HTTP/2, and no other', async () => {
  const { hostname, port } = new URL(collector.grpcUrl ?? '');
  const closed = [
    'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    '\0'.repeat(100),
    'PRI * HTTP/2.0\r\n\r\nXX',
  ].map(
    (text) =>
      new Promise<void>((resolve) => {
        const socket = connectSocket(Number(port), hostname);
        socket.on('error', () => undefined);
        socket.once('close', () => resolve());
        socket.resume();
        socket.end(text);
      }),
  );
  await Promise.all(closed);
  const stream = session.request(HEADERS, { endStream: false });
  const answer = answerOf(stream);
  stream.end(frame(message));
  expect(await answer).toMatchObject({ grpc: '0' });
});

describe('the gRPC client of exporters', () => {
  const call = (
    metadata: Metadata,
    options: { readonly deadline?: number } = {},
    channel: Readonly<Record<string, number>> = {},
  ): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const client = new Client(new URL(collector.grpcUrl ?? '').host, credentials.createInsecure(), {
        ...channel,
      });
      client.makeUnaryRequest(
        PATH,
        (bytes: Uint8Array) => Buffer.from(bytes),
        (bytes: Buffer) => bytes,
        message,
        metadata,
        options,
        (error, value) => {
          client.close();
          if (error === null) {
            resolve(value ?? Buffer.alloc(0));
          } else {
            reject(error);
          }
        },
      );
    });
  const authorized = (): Metadata => {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${SECRET}`);
    return metadata;
  };

  test('can use gzip', async () => {
    const channel = { 'grpc.default_compression_algorithm': compressionAlgorithms.gzip };
    await expect(call(authorized(), {}, channel)).resolves.toHaveLength(0);
  });

  test('can send keepalive pings', async () => {
    const channel = { 'grpc.keepalive_time_ms': 50, 'grpc.keepalive_permit_without_calls': 1 };
    await expect(call(authorized(), {}, channel)).resolves.toHaveLength(0);
  });

  test('can send ten kilobytes of metadata', async () => {
    const metadata = authorized();
    metadata.set('x-large', 'x'.repeat(10_000));
    await expect(call(metadata)).resolves.toHaveLength(0);
  });

  test('gets an error for too much metadata, and its next call succeeds', async () => {
    const metadata = authorized();
    metadata.set('x-large', 'x'.repeat(100_000));
    await expect(call(metadata)).rejects.toThrow(/./);
    await expect(call(authorized())).resolves.toHaveLength(0);
  });

  test('gets DEADLINE_EXCEEDED after its deadline', async () => {
    const failed = await call(authorized(), { deadline: Date.now() - 1 }).catch((error: unknown) => error);
    expect((failed as ServiceError).code).toBe(4);
  });
});

test('stopping closes connections that sent nothing, an incomplete frame or an incomplete message', async () => {
  const stopping = await memoryCollector({ 'grpc-port': '0' });
  const { hostname, port } = new URL(stopping.grpcUrl ?? '');
  const sockets: Socket[] = ['', 'PRI * HTTP/2.0\r\n'].map((text) => {
    const socket = connectSocket(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(text);
    return socket;
  });
  const client = connect(stopping.grpcUrl ?? '');
  client.on('error', () => undefined);
  const stream = client.request(HEADERS, { endStream: false });
  stream.on('error', () => undefined);
  stream.write(frame(message).subarray(0, 10));
  await waitFor(
    () => sockets.every(({ connecting }) => !connecting) && !client.connecting,
    (isConnected) => isConnected,
  );
  const startedAt = performance.now();
  await stopping.remove();
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  client.destroy();
  for (const socket of sockets) {
    socket.destroy();
  }
});
