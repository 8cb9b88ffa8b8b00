import { createServer, get } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { addressesOf, listenAlsoAt } from './listen-addresses.ts';

const closing: { close(): void }[] = [];
afterEach(() => {
  for (const server of closing.splice(0)) {
    server.close();
  }
});

test.each([
  ['an address', '127.0.0.3', ['::1'], ['127.0.0.3']],
  ['another name', 'collector.internal', ['10.0.0.1'], ['collector.internal']],
  ['localhost, both of its addresses, IPv4 first', 'localhost', ['::1', '127.0.0.1'], ['127.0.0.1', '::1']],
  ['localhost in capitals', 'LOCALHOST', ['::1', '127.0.0.1'], ['127.0.0.1', '::1']],
  ['localhost, named twice', 'localhost', ['127.0.0.1', '127.0.0.1'], ['127.0.0.1']],
  ['localhost over IPv6 alone', 'localhost', ['::1'], ['::1']],
  ['localhost, which the machine does not know', 'localhost', [], ['127.0.0.1']],
])('%s', async (_name, host, found, addresses) => {
  expect(await addressesOf(host, async () => found)).toEqual(addresses);
});

test('a server answers at more addresses, and an address that the machine lacks is left out', async () => {
  const server = createServer((request, response) => response.end(request.socket.localAddress));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const close = await listenAlsoAt(server, ['127.0.0.2', '203.0.113.1'], port);
  closing.push(server);
  for (const host of ['127.0.0.1', '127.0.0.2']) {
    const [response] = await once(get({ host, port, agent: false }), 'response');
    expect(String((await response.toArray())[0])).toBe(host);
  }
  await close();
  const [error] = await once(get({ host: '127.0.0.2', port, agent: false }), 'error');
  expect(error.code).toBe('ECONNREFUSED');
});

test('a port that another process has at one of the addresses is an error', async () => {
  const other = createTcpServer();
  await once(other.listen(0, '127.0.0.2'), 'listening');
  closing.push(other);
  const { port } = other.address() as AddressInfo;
  const server = createServer();
  await expect(listenAlsoAt(server, ['127.0.0.4', '127.0.0.2'], port)).rejects.toThrow('EADDRINUSE');
});
