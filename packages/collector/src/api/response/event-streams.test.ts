import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { waitFor } from '../../testing/wait-for.ts';
import { EventStreams, eventText } from './event-streams.ts';

test('disconnects 150 clients that do not read, with little memory, and sends everything to a client that reads', async () => {
  const streams = new EventStreams();
  const app = fastify();
  app.get('/', (_request, reply) => reply.type('text/event-stream').send(streams.add('retry: 2000\n\n')));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const open = (): Socket => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    return socket;
  };
  const silent = Array.from({ length: 150 }, () => open().pause());
  let received = '';
  const reader = open().on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1').replace(/x+/g, '');
  });
  await waitFor(
    () => streams.size,
    (size) => size === 151,
  );
  const before = process.memoryUsage().rss;
  let most = before;
  let sent = 0;
  while (streams.size > 1 && sent < 400) {
    sent += 1;
    streams.send(eventText('calls', `${'x'.repeat(60_000)}#${sent}.`));
    await waitFor(
      () => received.includes(`#${sent}.`),
      (isThere) => isThere,
    );
    most = Math.max(most, process.memoryUsage().rss);
  }
  expect(streams.size).toBe(1);
  expect(received.match(/#\d+\./g)).toEqual(Array.from({ length: sent }, (_, i) => `#${i + 1}.`));
  expect(most - before).toBeLessThan(150 << 20);
  for (const socket of [...silent, reader]) {
    socket.destroy();
  }
  await waitFor(
    () => streams.size,
    (size) => size === 0,
  );
  await app.close();
});
