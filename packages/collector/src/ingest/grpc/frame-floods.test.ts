import { type ClientHttp2Session, connect } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MemoryCollector, memoryCollector } from '../../testing/memory-collector.ts';
import { requestOf, span } from '../../testing/otlp-spans.ts';
import { waitFor } from '../../testing/wait-for.ts';

const SECRET = 'ingest-secret-of-a-test';
const message = requestOf([span(1, 1)]);

let collector: MemoryCollector;
let session: ClientHttp2Session;
beforeAll(async () => {
  collector = await memoryCollector({ 'grpc-port': '0', token: [`ingest@acme=${SECRET}`] });
  session = connect(collector.grpcUrl ?? '');
});
afterAll(async () => {
  session.destroy();
  await collector.remove();
});

/** The status of a call with a token. */
function exportOnce(): Promise<unknown> {
  const stream = session.request({
    ':method': 'POST',
    ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    'content-type': 'application/grpc',
    authorization: `Bearer ${SECRET}`,
  });
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  stream.resume().end(Buffer.concat([prefix, message]));
  return new Promise((resolve, reject) => {
    stream.on('error', reject);
    stream.on('trailers', (trailers) => resolve(trailers['grpc-status']));
  });
}

/** One HTTP/2 frame. */
function http2Frame(type: number, flags: number, streamId: number, payload = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

describe('ten connections with a flood of frames do not delay other calls and are closed', () => {
  // `:method POST`, `:path /` and `:scheme http` from HPACK's static table, then references to one large entry.
  const headers = Buffer.from([0x83, 0x84, 0x86]);
  const references = Buffer.concat([headers, Buffer.from([0x40, 1, 0x78, 0x7f, 0x81, 0x1e])]);
  const bomb = Buffer.concat([references, Buffer.alloc(3968, 0x61), Buffer.alloc(12_000, 0xbe)]);
  const odd = (turn: number): number => 2 * turn + 1;
  test.each<[string, (turn: number) => Buffer]>([
    ['PING', () => http2Frame(6, 0, 0, Buffer.alloc(8))],
    ['SETTINGS', () => http2Frame(4, 0, 0)],
    ['PRIORITY', (turn) => http2Frame(2, 0, odd(turn), Buffer.from([0, 0, 0, 0, 1]))],
    ['WINDOW_UPDATE', () => http2Frame(8, 0, 0, Buffer.from([0, 0, 0, 1]))],
    ['RST_STREAM for an unknown stream', () => http2Frame(3, 0, 1, Buffer.alloc(4))],
    [
      'rapid reset',
      (turn) =>
        Buffer.concat([http2Frame(1, 4, odd(turn), headers), http2Frame(3, 0, odd(turn), Buffer.alloc(4))]),
    ],
    [
      'CONTINUATION',
      (turn) => (turn === 0 ? http2Frame(1, 0, 1, headers) : http2Frame(9, 0, 1, Buffer.alloc(100, 0x82))),
    ],
    ['empty DATA', (turn) => (turn === 0 ? http2Frame(1, 4, 1, headers) : http2Frame(0, 0, 1))],
    ['HPACK bomb: references to a large header', (turn) => http2Frame(1, 5, odd(turn), bomb)],
  ])('%s', async (name, frameOf) => {
    const before = process.memoryUsage().rss;
    const { hostname, port } = new URL(collector.grpcUrl ?? '');
    const sockets = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const socket = connectSocket(Number(port), hostname);
        socket.on('error', () => undefined).resume();
        await new Promise((resolve) => socket.once('connect', resolve));
        socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
        socket.write(http2Frame(4, 0, 0));
        return socket;
      }),
    );
    for (let round = 0; round < 20; round += 1) {
      for (const socket of sockets.filter(({ writable }) => writable)) {
        socket.write(Buffer.concat(Array.from({ length: 50 }, (_, at) => frameOf(50 * round + at))));
      }
      expect(await exportOnce()).toBe('0');
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(150 << 20);
    if (name.includes('bomb')) {
      // After megabytes of frames without an accepted call, the server closes the connection.
      await waitFor(
        () => sockets.every(({ destroyed }) => destroyed),
        (isEnded) => isEnded,
      );
    }
    for (const socket of sockets) {
      socket.destroy();
    }
  });
});
