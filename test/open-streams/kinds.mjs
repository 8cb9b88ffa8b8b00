// The kinds of connections that stay open. Each function opens a connection and keeps it open. `room` has the addresses and
// tokens.
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { gzipSync } from 'node:zlib';

const HTTP2_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const PATH = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const BOMB = gzipSync(Buffer.alloc(60 << 20));
const STREAMS_EACH = 20;

/** One HTTP/2 frame. */
function frame(type, flags, stream, payload = Buffer.alloc(0)) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
const SETTINGS = frame(4, 0, 0);

/** `:method POST`, `:path /`, `:scheme http` from HPACK's static table. */
const HEADERS = Buffer.from([0x83, 0x84, 0x86]);

function socketTo(url, index) {
  const { hostname, port } = new URL(url);
  // Uses four client addresses, because the collector limits what one address can use.
  const socket = connect({ host: hostname, port: Number(port), localAddress: `127.0.1.${1 + (index % 4)}` });
  socket.on('error', () => {});
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(socket));
    socket.once('close', () => resolve(socket));
  });
}

/** Sends a text and leaves the connection open. `isRead` sets whether the answer is read. */
const holds = (target, textOf, isRead = true) => ({
  async open(room, index) {
    const socket = await socketTo(room[target], index);
    if (isRead) socket.resume();
    socket.write(textOf(room));
  },
});

/** Sends chunks without end, as fast as the collector reads them. */
const floods = (target, first, chunkOf) => ({
  async open(room, index) {
    const socket = await socketTo(room[target], index);
    socket.resume();
    socket.write(first);
    let turn = 0;
    const fill = () => {
      while (!socket.destroyed && socket.write(chunkOf(turn++, room))) {
        // Until the socket is full.
      }
    };
    socket.on('drain', fill);
    fill();
  },
});

/** A connection with streams, of which each sends `chunks` and never ends. */
const streams = (headersOf, chunks, settings = {}) => ({
  async open(room, index) {
    const socket = await socketTo(room.grpc, index);
    const session = connectHttp2(room.grpc, { createConnection: () => socket, settings });
    session.on('error', () => {});
    for (let at = 0; at < STREAMS_EACH && !session.destroyed; at += 1) {
      const stream = session.request(
        { ':method': 'POST', ':path': PATH, 'content-type': 'application/grpc', ...headersOf(room) },
        { endStream: false },
      );
      stream.on('error', () => {});
      for (const chunk of chunks) stream.write(chunk);
    }
  },
});

const get =
  (path, token, accept = '*/*') =>
  (room) =>
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\nAuthorization: Bearer ${room.tokens[token] ?? ''}\r\n\r\n`;
const CSV = 'text/csv';
const NDJSON = 'application/x-ndjson';
const halfBody = (token) => (room) =>
  `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${room.tokens[token] ?? ''}\r\n` +
  `Content-Type: application/x-protobuf\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(100_000)}`;
const bearer = (token) => (room) => ({ authorization: `Bearer ${room.tokens[token]}` });
const prefixed = (flag, length, bytes) => {
  const head = Buffer.alloc(5);
  head.writeUInt8(flag);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, bytes]);
};
const HALF = prefixed(0, 100_000, Buffer.alloc(50_000));
/** Each entry of the table costs its reader as much again, for one byte. */
const HPACK_BOMB = Buffer.concat([
  HEADERS,
  Buffer.from([0x40, 1, 0x78, 0x7f, 0x81, 0x1e]),
  Buffer.alloc(3968, 0x61),
  Buffer.alloc(12_000, 0xbe),
]);

export const kinds = {
  'HTTP/1: nothing sent': holds('http', () => ''),
  'HTTP/1: half a header': holds('http', () => 'GET /readyz HTTP/1.1\r\nHost: loc'),
  'HTTP/1: a header byte by byte': {
    async open(room, index) {
      const socket = await socketTo(room.http, index);
      socket.resume();
      socket.write('GET /readyz HTTP/1.1\r\nX: ');
      setInterval(() => socket.writable && socket.write('a'), 500);
    },
  },
  'HTTP/1: half a body, no token': holds('http', halfBody('none')),
  'HTTP/1: half a body, browser': holds('http', halfBody('browser')),
  'HTTP/1: half a body, ingest': holds('http', halfBody('ingest')),
  'HTTP/1: waits for 100 Continue': holds('http', (room) =>
    halfBody('ingest')(room).replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n').slice(0, 300),
  ),
  'HTTP/1: kept alive, idle': holds('http', get('/healthz', 'none')),
  'HTTP/1: CONNECT and Upgrade': holds(
    'http',
    () => 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  ),
  'HTTP/1: events, not read': holds('http', get('/api/events', 'read'), false),
  'HTTP/1: API document, not read': holds('http', get('/api/openapi.json', 'read'), false),
  'HTTP/1: users, not read': holds('http', get('/api/users?limit=500', 'read'), false),
  'HTTP/1: CSV of calls, not read': holds('http', get('/api/calls', 'read', CSV), false),
  'HTTP/1: CSV of users, not read': holds('http', get('/api/users', 'read', CSV), false),
  'HTTP/1: lines of threads, not read': holds('http', get('/api/threads', 'read', NDJSON), false),
  'HTTP/1: usage for billing, not read': holds('http', get('/api/meter/export?format=csv', 'admin'), false),
  'HTTP/1: 300 requests at once, not read': holds(
    'http',
    (room) => get('/api/users', 'read')(room).repeat(300),
    false,
  ),
  'HTTP/1: 10 requests at once, not read': holds(
    'http',
    (room) => get('/api/users', 'read')(room).repeat(10),
    false,
  ),
  'HTTP/1: dashboard 100 times at once, not read': holds(
    'http',
    (room) => get('/', 'none')(room).repeat(100),
    false,
  ),
  'HTTP/1: dashboard 10 times at once, not read': holds(
    'http',
    (room) => get('/', 'none')(room).repeat(10),
    false,
  ),
  'HTTP/1: 2,500 requests in a packet': holds('http', () => 'GET / HTTP/1.1\r\n\r\n'.repeat(2500)),
  'HTTP/1: 10,000 chunks in a packet': holds('http', (room) =>
    halfBody('ingest')(room)
      .replace('Content-Length: 1000000', 'Transfer-Encoding: chunked')
      .replace(/x+$/, '1\r\nx\r\n'.repeat(10_000)),
  ),
  'HTTP/1: large headers': holds('http', () => `GET / HTTP/1.1\r\nX: ${'x'.repeat(60_000)}`),
  'HTTP/1: many headers': floods(
    'http',
    'GET / HTTP/1.1\r\nHost: localhost\r\n',
    (turn) => `x-${turn}: y\r\n`,
  ),
  'HTTP/1: chunks of a byte': floods(
    'http',
    'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n',
    () => `1;${'x'.repeat(1000)}\r\nx\r\n`,
  ),
  'HTTP/1: guesses of tokens': {
    async open(room, index) {
      const again = async () => {
        const socket = await socketTo(room.http, index);
        socket.resume().once('close', () => setTimeout(again, 20));
        socket.write(
          `GET /api/users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer guess-${Math.random()}\r\nConnection: close\r\n\r\n`,
        );
      };
      await again();
    },
  },
  'TLS: half a handshake': holds('https', () => Buffer.from('160301020001', 'hex')),
  'TLS: nothing after the handshake': {
    async open(room) {
      const { hostname, port } = new URL(room.https);
      const socket = connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false });
      socket.on('error', () => {}).resume();
      await new Promise((resolve) => socket.once('secureConnect', resolve).once('close', resolve));
    },
  },
  'gRPC: nothing sent': holds('grpc', () => ''),
  'gRPC: preface alone': holds('grpc', () => HTTP2_PREFACE),
  'gRPC: headers, no token': streams(() => ({}), []),
  'gRPC: headers, browser': streams(bearer('browser'), []),
  'gRPC: headers, ingest': streams(bearer('ingest'), []),
  'gRPC: half a message, browser': streams(bearer('browser'), [HALF]),
  'gRPC: half a message, ingest': streams(bearer('ingest'), [HALF]),
  'gRPC: gzip of 60 MB, no token': streams(
    () => ({ 'grpc-encoding': 'gzip' }),
    [prefixed(1, BOMB.length, BOMB)],
  ),
  'gRPC: gzip of 60 MB, ingest': streams(
    (room) => ({ ...bearer('ingest')(room), 'grpc-encoding': 'gzip' }),
    [prefixed(1, BOMB.length, BOMB)],
  ),
  'gRPC: no window for an answer': streams(bearer('ingest'), [prefixed(0, 0, Buffer.alloc(0))], {
    initialWindowSize: 0,
  }),
  'HTTP/2: PING flood': floods('grpc', Buffer.concat([Buffer.from(HTTP2_PREFACE), SETTINGS]), () =>
    frame(6, 0, 0, Buffer.alloc(8)),
  ),
  'HTTP/2: SETTINGS flood': floods('grpc', Buffer.from(HTTP2_PREFACE), () => SETTINGS),
  'HTTP/2: rapid reset': floods('grpc', Buffer.concat([Buffer.from(HTTP2_PREFACE), SETTINGS]), (turn) =>
    Buffer.concat([
      frame(1, 4, (turn * 2 + 1) % 0x7fffffff, HEADERS),
      frame(3, 0, (turn * 2 + 1) % 0x7fffffff, Buffer.alloc(4)),
    ]),
  ),
  'HTTP/2: RST of no stream': floods('grpc', Buffer.concat([Buffer.from(HTTP2_PREFACE), SETTINGS]), () =>
    frame(3, 0, 1, Buffer.alloc(4)),
  ),
  'HTTP/2: CONTINUATION flood': floods(
    'grpc',
    Buffer.concat([Buffer.from(HTTP2_PREFACE), SETTINGS, frame(1, 0, 1, HEADERS)]),
    () => frame(9, 0, 1, Buffer.from('400178017900'.slice(0, 10), 'hex')),
  ),
  'HTTP/2: empty DATA flood': floods(
    'grpc',
    Buffer.concat([Buffer.from(HTTP2_PREFACE), SETTINGS, frame(1, 4, 1, HEADERS)]),
    () => frame(0, 0, 1),
  ),
  'HTTP/2: WINDOW_UPDATE flood': floods('grpc', Buffer.concat([Buffer.from(HTTP2_PREFACE), SETTINGS]), () =>
    frame(8, 0, 0, Buffer.from([0, 0, 0, 1])),
  ),
  'HTTP/2: PRIORITY flood': floods('grpc', Buffer.concat([Buffer.from(HTTP2_PREFACE), SETTINGS]), (turn) =>
    frame(2, 0, (turn * 2 + 1) % 0x7fffffff, Buffer.from([0, 0, 0, 0, 1])),
  ),
  'HTTP/2: header table bomb': floods('grpc', Buffer.concat([Buffer.from(HTTP2_PREFACE), SETTINGS]), (turn) =>
    frame(1, 4, (turn * 2 + 1) % 0x7fffffff, HPACK_BOMB),
  ),
};
