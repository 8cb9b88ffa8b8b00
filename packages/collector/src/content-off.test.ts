import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { SettingValues } from './config/options.ts';
import { type Collector, startCollector } from './main.ts';
import { resolveOptions } from './config/options.ts';
import { CONTENT_NAMES } from './otlp/content/content-names.ts';
import { memoryCollector } from './testing/memory-collector.ts';
import { attributesOf, CALL, post, requestOf, span } from './testing/otlp-spans.ts';
import { waitFor } from './testing/wait-for.ts';

const SECRET = 'zebra-quartz-prompt-7f3a9c';

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) {
    await close();
  }
});

async function start(data: string, settings: SettingValues): Promise<Collector> {
  const collector = await startCollector(
    resolveOptions(settings, { port: 0, 'grpc-port': 'off', data, 'log-level': 'silent', 'batch-linger': 5 }),
  );
  opened.push(() => collector.close());
  return collector;
}

async function folder(): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'userspan-content-'));
  opened.push(() => rm(data, { recursive: true, force: true }));
  return data;
}

/** Files of the folder whose bytes contain the secret. */
function filesWithSecret(data: string): string[] {
  return readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(SECRET));
}

const NAMES = Object.values(CONTENT_NAMES)
  .flat()
  .map((name) => name.replace(/\*$/, 'x').replaceAll('*', 'part'));

/** A call with the secret in every known content attribute (on the span and on an event) and under an unknown name. */
function callWithContent(): Uint8Array {
  const contents = Object.fromEntries([...NAMES, 'my.app.prompt'].map((name) => [name, SECRET]));
  const messages = JSON.stringify([{ role: 'user', content: SECRET }]);
  const attributes = {
    ...CALL,
    'user.id': 'u1',
    ...contents,
    'gen_ai.input.messages': messages,
    state: messages,
  };
  const events = [
    { name: 'gen_ai.user.message', attributes: attributesOf({ content: SECRET }) },
    ...attributesOf(attributes).map((attribute) => ({ name: 'step', attributes: [attribute] })),
  ];
  return requestOf([span(1, 1, attributes, { events })], { 'service.name': 'shop', prompt: SECRET });
}

const logs = JSON.stringify({
  resourceLogs: [
    {
      scopeLogs: [
        {
          logRecords: [
            {
              eventName: 'gen_ai.user.message',
              traceId: 'a'.repeat(32),
              spanId: 'b'.repeat(16),
              body: { stringValue: SECRET },
            },
            {
              eventName: 'claude_code.api_request',
              timeUnixNano: '1790000000000000000',
              body: { stringValue: SECRET },
              attributes: Object.entries({
                model: 'claude-sonnet-4-5',
                input_tokens: '10',
                'user.email': 'd@b.c',
                prompt: SECRET,
              }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
            },
          ],
        },
      ],
    },
  ],
});

function postJson(url: string, signal: string, body: string): Promise<Response> {
  return fetch(`${url}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
}

interface Shown {
  readonly spans: readonly { readonly traceId: string; readonly attributes: object }[];
  readonly calls: readonly { readonly userId: string; readonly cost: number }[];
}

async function shownTrace(url: string): Promise<Shown> {
  const traceId = `${'a0'.repeat(12)}00000001`;
  const text = await waitFor(
    async () => {
      const response = await fetch(`${url}/api/traces/${traceId}`);
      return response.ok ? response.text() : '';
    },
    (answer) => answer !== '',
  );
  return JSON.parse(text) as Shown;
}

async function startReceiver(): Promise<{ url: string; bodies: Buffer[]; isUp: { value: boolean } }> {
  const bodies: Buffer[] = [];
  const isUp = { value: true };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const packed = Buffer.concat(chunks);
      if (isUp.value) {
        bodies.push(request.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed);
      }
      response.writeHead(isUp.value ? 200 : 503, { 'retry-after': '0' }).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  opened.push(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, isUp };
}

describe('content', () => {
  it('is in no file and no answer without --content, and is not served after --content is turned off', async () => {
    const data = await folder();
    const off = await start(data, {});
    expect((await post(off.url, callWithContent())).status).toBe(200);
    expect((await postJson(off.url, 'logs', logs)).status).toBe(200);
    expect(filesWithSecret(data)).toEqual([]);
    const shown = await shownTrace(off.url);
    expect(JSON.stringify(shown)).not.toContain(SECRET);
    expect(shown.calls).toMatchObject([{ userId: 'u1', cost: 0.0035 }]);
    await waitFor(
      async () => (await fetch(`${off.url}/api/users`)).text(),
      (users) => users.includes('"u1"') && users.includes('"d@b.c"'),
    );
    for (const path of ['calls', 'users', 'users/u1/export', 'threads', 'unattributed']) {
      expect(await (await fetch(`${off.url}/api/${path}`)).text(), path).not.toContain(SECRET);
    }
    await off.close();
    expect(filesWithSecret(data)).toEqual([]);
  });

  it('is stored with --content, and not served after --content is turned off', async () => {
    const data = await folder();
    const on = await start(data, { content: true });
    expect((await post(on.url, callWithContent())).status).toBe(200);
    expect(filesWithSecret(data)).not.toEqual([]);
    expect(JSON.stringify(await shownTrace(on.url))).toContain(SECRET);
    await on.close();
    const off = await start(data, {});
    const shown = await shownTrace(off.url);
    expect(JSON.stringify(shown)).not.toContain(SECRET);
    expect(shown.spans[0]?.attributes).toMatchObject({ 'user.id': 'u1' });
  });

  it('stays in the log only until receivers have it, and is then in no file', async () => {
    const receiver = await startReceiver();
    receiver.isUp.value = false;
    const data = await folder();
    const collector = await start(data, { forward: [receiver.url] });
    await post(collector.url, callWithContent());
    expect(JSON.stringify(await shownTrace(collector.url))).not.toContain(SECRET);
    const waiting = filesWithSecret(data);
    expect(waiting.length).toBeGreaterThan(0);
    expect(waiting.filter((path) => !path.startsWith(join(data, 'log')))).toEqual([]);
    receiver.isUp.value = true;
    await waitFor(
      () => receiver.bodies.some((body) => body.includes(SECRET)),
      (isSent) => isSent,
    );
    await waitFor(
      () => filesWithSecret(data).length,
      (count) => count === 0,
      25_000,
    );
  });

  it('is in no file and not forwarded with --forward-content false', async () => {
    const receiver = await startReceiver();
    const collector = await memoryCollector({ forward: [receiver.url], 'forward-content': false });
    opened.push(() => collector.remove());
    await post(collector.url, callWithContent());
    await waitFor(
      () => receiver.bodies.length,
      (count) => count > 0,
    );
    expect(Buffer.concat(receiver.bodies).includes(SECRET)).toBe(false);
    expect(filesWithSecret(collector.data)).toEqual([]);
  });
});
