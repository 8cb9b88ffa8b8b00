import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askEarly, getJson } from '../../packages/dashboard/src/api/request.ts';

let server: Server;
let url = '';
let requests = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests += 1;
    response.end(JSON.stringify({ project: request.headers['userspan-project'] ?? 'of the page' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test('the answer to an early request is that of the project of the page, and is used once', async () => {
  const path = `${url}/api/summary`;
  await askEarly(path);
  expect(await getJson(path, undefined, 'other')).toEqual({ project: 'other' });
  expect(requests).toBe(2);
  expect(await getJson(path)).toEqual({ project: 'of the page' });
  expect(requests).toBe(2);
  expect(await getJson(path)).toEqual({ project: 'of the page' });
  expect(requests).toBe(3);
});
