import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { waitFor } from '../testing/wait-for.ts';
import { HttpConnections } from './http-connections.ts';

const MIB = 1 << 20;
const sockets: Socket[] = [];
let server: Server;
afterEach(async () => {
  for (const socket of sockets.splice(0)) {
    socket.destroy();
  }
  server.close();
});

/** Asks for an answer of 32 MiB, more than the buffers of both systems hold, and reads nothing of it. */
async function askAndReadNothing(): Promise<void> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket.pause());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
}

// Without the limit in question each row stays open: the other one is out of reach.
test.each([
  ['nothing read for some time: both end', { stallMs: 200, maxUnreadBytes: 1024 * MIB, checkMs: 20 }, 0],
  [
    'too much unread in all: the older one ends',
    { stallMs: 3_600_000, maxUnreadBytes: 40 * MIB, checkMs: 20 },
    1,
  ],
  ['within both limits: both stay', { stallMs: 3_600_000, maxUnreadBytes: 1024 * MIB, checkMs: 20 }, 2],
])('%s', async (_name, limits, left) => {
  server = createServer();
  const open = new Set<Socket>();
  let answers = 0;
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  const connections = new HttpConnections(
    server,
    (_request, response) => {
      answers += 1;
      response.end(Buffer.alloc(32 * MIB));
    },
    limits,
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  await askAndReadNothing();
  await askAndReadNothing();
  await waitFor(
    () => answers === 2 && open.size === left,
    (isDone) => isDone,
  );
  const closed = once(server, 'close');
  server.close();
  await connections.close(0, closed);
  expect(server.listening).toBe(false);
});
