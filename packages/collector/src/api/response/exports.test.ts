import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { waitFor } from '../../testing/wait-for.ts';
import { addExports } from './exports.ts';
import { sendList } from './list-reply.ts';

/** More bytes than the operating system buffers for a client that does not read. */
const ROWS = 300_000;
const AT_A_TIME = 8;

let app: FastifyInstance;
let port = 0;
/** Number of rows that were read. */
let read = 0;
const sockets: Socket[] = [];

beforeEach(async () => {
  read = 0;
  app = fastify();
  addExports(app);
  app.get('/', (request, reply) =>
    sendList<{ readonly at: number; readonly text: string }>(request, reply, {
      columns: ['at', 'text'],
      limit: 50,
      after: undefined,
      page: async (limit, after) => {
        const from = Number(after?.[0] ?? 0);
        const to = Math.min(from + limit, ROWS);
        read += to - from;
        const rows = Array.from({ length: to - from }, (_, at) => ({ at: from + at, text: 'x'.repeat(100) }));
        return { rows, ...(to < ROWS ? { next: [String(to)] } : {}) };
      },
    }),
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = app.server.address() as AddressInfo);
});
afterEach(async () => {
  vi.useRealTimers();
  for (const socket of sockets.splice(0)) socket.destroy();
  await app.close();
});

interface Asked {
  readonly socket: Socket;
  /** The first line of an answer. */
  readonly status: () => string;
  text: string;
}

/** Requests all rows and counts the bytes until the client stops reading. */
function ask(method = 'GET'): Asked {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  const asked: Asked = { socket, text: '', status: () => asked.text.split('\r\n', 1)[0] ?? '' };
  socket.on('data', (bytes: Buffer) => {
    asked.text = (asked.text + bytes.toString('latin1')).slice(0, 2_000);
  });
  socket.write(`${method} / HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\n\r\n`);
  return asked;
}

async function askAndStop(): Promise<Asked> {
  const asked = ask();
  await waitFor(asked.status, (status) => status !== '');
  asked.socket.pause();
  return asked;
}

/** Waits until no more rows are read. */
async function settled(): Promise<void> {
  let before = -1;
  let sinceMs = 0;
  await waitFor(
    () => {
      if (read !== before) sinceMs = performance.now();
      before = read;
      return performance.now() - sinceMs;
    },
    (quietMs) => quietMs > 500,
  );
}

describe('exports for clients that do not read', () => {
  test('are limited to eight, with one page in memory each; further clients get 503', async () => {
    const first = await Promise.all(Array.from({ length: AT_A_TIME }, askAndStop));
    expect(new Set(first.map(({ status }) => status()))).toEqual(new Set(['HTTP/1.1 200 OK']));
    await settled();
    expect(read).toBeLessThan(AT_A_TIME * 100_000);
    const late = ask();
    await waitFor(late.status, (status) => status === 'HTTP/1.1 503 Service Unavailable');
  });

  test('end after five seconds if others wait', async () => {
    const first = await Promise.all(Array.from({ length: AT_A_TIME }, askAndStop));
    await settled();
    const now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => now + 6_000);
    const late = ask();
    await waitFor(late.status, (status) => status !== '');
    expect(late.status()).toBe('HTTP/1.1 200 OK');
    vi.restoreAllMocks();
    for (const { socket } of first) socket.resume();
    // Exactly one export was cut off.
    await waitFor(
      () => first.filter(({ socket }) => socket.closed).length,
      (count) => count === 1,
    );
  });

  test('do not prevent the app from closing', async () => {
    const first = await Promise.all(Array.from({ length: AT_A_TIME }, askAndStop));
    await settled();
    const startedAt = performance.now();
    await app.close();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(first[0]?.text).toContain('200 OK');
  });

  test('free their place when the client disconnects', async () => {
    const first = await Promise.all(Array.from({ length: AT_A_TIME }, askAndStop));
    first[0]?.socket.destroy();
    const status = await waitFor(
      async () => {
        const asked = ask();
        await waitFor(asked.status, (line) => line !== '');
        return asked.status();
      },
      (line) => line !== 'HTTP/1.1 503 Service Unavailable',
    );
    expect(status).toBe('HTTP/1.1 200 OK');
  });
});

test('reads no rows for HEAD', async () => {
  for (let count = 0; count < 2 * AT_A_TIME; count += 1) {
    const asked = ask('HEAD');
    await waitFor(asked.status, (status) => status === 'HTTP/1.1 200 OK');
  }
  expect(read).toBe(0);
});

test('sends every row once, in order', async () => {
  const reply = await fetch(`http://127.0.0.1:${port}/`, { headers: { accept: 'application/x-ndjson' } });
  let at = 0;
  let rest = '';
  for await (const bytes of reply.body ?? []) {
    const lines = (rest + Buffer.from(bytes).toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith(`{"at":${at},`)) throw new Error(`expected row ${at}; got ${line.slice(0, 50)}`);
      at += 1;
    }
  }
  expect([at, rest]).toEqual([ROWS, '']);
});
