import { afterAll, beforeAll, expect, test } from 'vitest';

import { type MemoryCollector, memoryCollector } from '../testing/memory-collector.ts';
import { requestOf, span } from '../testing/otlp-spans.ts';
import { waitFor } from '../testing/wait-for.ts';
import { OTLP_PATHS } from './otlp-paths.ts';

const SECRET = 'ingest-secret-of-a-test';
const WRONG = 'wrong-secret-of-a-test';

let collector: MemoryCollector;
beforeAll(async () => {
  collector = await memoryCollector({ token: [`ingest@acme=${SECRET}`] });
});
afterAll(() => collector.remove());

const AUTHORIZATIONS: readonly [name: string, headers: (secret: string) => Record<string, string>][] = [
  ['Bearer', (secret) => ({ authorization: `Bearer ${secret}` })],
  ['Basic', (secret) => ({ authorization: `Basic ${Buffer.from(`pk:${secret}`).toString('base64')}` })],
  ['a raw token', (secret) => ({ authorization: secret })],
  ['x-api-key', (secret) => ({ 'x-api-key': secret })],
];
const ROWS = OTLP_PATHS.filter(({ signal }) => signal === 'traces').flatMap(({ path, client }) =>
  AUTHORIZATIONS.map(([name, headers]) => ({ path, client, name, headers })),
);

let spans = 0;

test.each(ROWS)('accepts $client at $path with $name', async ({ path, headers }) => {
  const body = requestOf([span(1, (spans += 1))]);
  const send = (secret: string): Promise<Response> =>
    fetch(`${collector.url}${path}`, {
      method: 'POST',
      body: Buffer.from(body),
      headers: { 'content-type': 'application/x-protobuf', ...headers(secret) },
    });
  const before = collector.spans().length;
  expect((await send(SECRET)).status).toBe(200);
  await waitFor(
    () => collector.spans().length,
    (count) => count === before + 1,
  );
  expect(collector.received().at(-1)).toMatchObject({ project: 'acme', claimed: false });
});

test('rejects a wrong secret in every form, with an OTLP answer', async () => {
  for (const [, headers] of AUTHORIZATIONS) {
    const response = await fetch(`${collector.url}/api/public/otel/v1/traces`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json', ...headers(WRONG) },
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 16 });
  }
});

test.each([
  ['LangSmith’s clients get empty settings', '/info', 'x-api-key', () => ({})],
  [
    'Logfire’s clients get the address of the dashboard',
    '/v1/info',
    'authorization',
    () => ({ project_name: 'acme', project_url: `${collector.url}/` }),
  ],
])('%s, or an error for a wrong key', async (_, path, header, expected) => {
  const info = (secret: string): Promise<Response> =>
    fetch(`${collector.url}${path}`, { headers: { accept: 'application/json', [header]: secret } });
  const answer = await info(SECRET);
  expect({ status: answer.status, body: await answer.json() }).toEqual({ status: 200, body: expected() });
  expect((await info(WRONG)).status).toBe(401);
});
