import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { memoryCollector } from '../testing/memory-collector.ts';
import type { MemoryCollector } from '../testing/memory-collector.ts';

let collector: MemoryCollector;
beforeAll(async () => {
  collector = await memoryCollector({ 'allow-host': ['dev.box'] });
});
afterAll(() => collector.remove());

test.each([
  ['http://evil.example/healthz', 'localhost', 421],
  ['HTTPS://evil.example/healthz', 'localhost', 421],
  ['http://localhost@evil.example/healthz', 'localhost', 421],
  ['http://evil.example@localhost/healthz', 'localhost', 421],
  ['http://evil.example?/healthz', 'localhost', 421],
  ['http://localhost:1/healthz', 'evil.example', 200],
  ['http://[::1]/healthz?x', 'evil.example', 200],
  ['http://dev.box/healthz', 'evil.example', 200],
  ['ftp://localhost/healthz', 'localhost', 403],
  ['//evil.example/healthz', 'localhost', 403],
  ['/http://evil.example/healthz', 'localhost', 403],
])('answers a target of %s with a Host of %s with %i', async (target, host, status) => {
  const { hostname, port } = new URL(collector.url);
  const socket = connect(Number(port), hostname);
  socket.end(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  expect((await text(socket)).split(' ')[1]).toBe(String(status));
});

test("rejects a write of another site's page that has its own host as target", async () => {
  const { hostname, port } = new URL(collector.url);
  const socket = connect(Number(port), hostname);
  socket.end(
    'POST http://localhost/api/rollups/repair HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\n' +
      'Content-Length: 0\r\nConnection: close\r\n\r\n',
  );
  expect(await text(socket)).toMatch(/^HTTP\/1.1 403 /);
});
