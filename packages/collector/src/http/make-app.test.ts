import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportOverGrpc } from '../cli/export-over-grpc.ts';
import { makeCertificate } from '../testing/make-certificate.ts';
import { memoryCollector } from '../testing/memory-collector.ts';
import { post, requestOf, span } from '../testing/otlp-spans.ts';
import { serveDashboard } from './dashboard.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'userspan-app-'));
});
afterAll(() => rm(dir, { recursive: true }));

describe('the dashboard', () => {
  test.each([
    ['/', 200, 'no-cache', '<!doctype html>'],
    ['/users/u1', 200, 'no-cache', '<!doctype html>'],
    ['/assets/app-1a2b3c4d.js', 200, 'public, max-age=31536000, immutable', 'void 0'],
    ['/assets/none.js', 404, undefined, undefined],
    ['/api/none', 404, undefined, undefined],
    ['/v1/none', 404, undefined, undefined],
    ['/../package.json', 404, undefined, undefined],
    ['/%2e%2e/%2e%2e/etc/passwd', 200, 'no-cache', '<!doctype html>'],
  ])('%s', async (url, status, cache, text) => {
    const files = join(dir, 'dashboard');
    await mkdir(join(files, 'assets'), { recursive: true });
    await writeFile(join(files, 'index.html'), '<!doctype html>');
    await writeFile(join(files, 'assets', 'app-1a2b3c4d.js'), 'void 0');
    const app = fastify();
    await serveDashboard(app, files);
    const answer = await app.inject({ method: 'GET', url });
    await app.close();
    expect(answer.statusCode).toBe(status);
    if (text !== undefined) {
      expect({ cache: answer.headers['cache-control'], body: answer.body }).toEqual({ cache, body: text });
    }
  });

  test.each([
    [undefined, 200],
    ['*/*', 200],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 200],
    ['application/json', 404],
    ['application/json, text/plain', 404],
  ])('serves a page to a client that accepts %s', async (accept, status) => {
    const files = join(dir, 'dashboard');
    await mkdir(files, { recursive: true });
    await writeFile(join(files, 'index.html'), '<!doctype html>');
    const app = fastify();
    await serveDashboard(app, files);
    const headers = accept === undefined ? {} : { accept };
    const answer = await app.inject({ method: 'GET', url: '/workspaces/current', headers });
    await app.close();
    expect(answer.statusCode).toBe(status);
  });

  test('works without a built dashboard, and / shows the address of the API', async () => {
    const app = fastify();
    await serveDashboard(app, join(dir, 'nothing'));
    const answer = await app.inject({ method: 'GET', url: '/' });
    await app.close();
    expect({ status: answer.statusCode, body: answer.json<{ detail: string }>().detail }).toEqual({
      status: 404,
      body: expect.stringContaining('/api/openapi.json'),
    });
  });
});

test('serves HTTP and gRPC with TLS', async () => {
  const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
  makeCertificate('localhost', { cert, key });
  const collector = await memoryCollector({ 'tls-cert': cert, 'tls-key': key, 'grpc-port': '0' });
  try {
    expect(collector.url).toMatch(/^https:/);
    expect(collector.grpcUrl).toMatch(/^https:/);
    const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
      const asked = request(`${collector.url}/healthz`, { rejectUnauthorized: false }, (response) => {
        response.resume();
        resolve(response.headers);
      });
      asked.once('error', reject);
      asked.end();
    });
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    // The rejection of the self-signed certificate shows that TLS is used.
    await expect(exportOverGrpc(collector.grpcUrl ?? '', undefined, new Uint8Array())).rejects.toThrow(
      /certificate/,
    );
  } finally {
    await collector.remove();
  }
});

test.each([
  ['/users/100%', '/users/100%25'],
  ['/users/100%?range=7d&q=5%', '/users/100%25?range=7d&q=5%'],
  ['/groups/a%20b/%zz', '/groups/a%20b/%25zz'],
  ['/threads/%ff%20x', '/threads/%25ff%2520x'],
  ['/%', '/%25'],
  ['//elsewhere.example/%', '/elsewhere.example/%25'],
  ['/\\elsewhere.example/%', '/elsewhere.example/%25'],
  ['/api/users/100%', undefined],
  ['//api/users/100%', undefined],
  ['/v1/traces/%', undefined],
])('a malformed address: %s leads to %s', async (path, location) => {
  const collector = await memoryCollector();
  try {
    const { hostname, port } = new URL(collector.url);
    // Not fetch, which changes such paths.
    const answer = await new Promise<{ status: number | undefined; location: unknown; type: unknown }>(
      (resolve, reject) => {
        get({ hostname, port, path, headers: { accept: 'text/html' } }, (response) => {
          const { statusCode: status, headers } = response.resume();
          resolve({ status, location: headers.location, type: headers['content-type'] });
        }).on('error', reject);
      },
    );
    expect(answer).toEqual(
      location === undefined
        ? {
            status: 400,
            location: undefined,
            type: expect.stringMatching(/^application\/(?:problem\+)?json/u),
          }
        : { status: 302, location, type: undefined },
    );
  } finally {
    await collector.remove();
  }
});

test('serves metrics in the Prometheus format, without values from senders', async () => {
  const collector = await memoryCollector();
  try {
    await post(
      collector.url,
      requestOf([
        span(1, 1, { 'user.id': 'secret-user' }),
        span(1, 2),
        span(1, 3, {}, { spanId: new Uint8Array() }),
      ]),
    );
    await post(collector.url, 'x', { 'content-type': 'text/secret' });
    await post(collector.url, 'x');
    const response = await fetch(`${collector.url}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = (await response.text()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'userspan_received_items_total{signal="traces"} 2',
        'userspan_rejected_items_total{signal="traces"} 1',
        'userspan_refused_requests_total{reason="unsupported"} 1',
        'userspan_refused_requests_total{reason="malformed"} 1',
        'userspan_acknowledge_seconds_count{signal="traces"} 1',
        'userspan_part_ok{part="log"} 1',
        'userspan_part_ok{part="store"} 1',
      ]),
    );
    expect(lines.join()).not.toContain('secret');
  } finally {
    await collector.remove();
  }
});

test('reports health and readiness', async () => {
  const collector = await memoryCollector();
  try {
    expect(await (await fetch(`${collector.url}/readyz`)).json()).toEqual({ ready: true });
    expect(await (await fetch(`${collector.url}/healthz`)).json()).toEqual({
      status: 'ok',
      log: { state: 'ok', bytes: 0, limitBytes: 4 * 2 ** 30, damagedBytes: 0, cutBytes: 0 },
      store: { state: 'ok', lagBytes: 0 },
    });
  } finally {
    await collector.remove();
  }
});
