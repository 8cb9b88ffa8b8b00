import { execFile } from 'node:child_process';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, test } from 'vitest';

import { people } from './apps/people.mjs';

const app = fileURLToPath(new URL('apps/calls.mjs', import.meta.url));
const CALLS = 8;

interface Report {
  readonly failures: string[];
  readonly warnings: string[];
  readonly clients: number;
  readonly chats: number;
  readonly unnamed: number;
  readonly ids: string[];
}

/** A server that records every byte that it receives, and answers like a model vendor. */
class StandIn {
  readonly heard: { url: string; headers: string; baggage: string | undefined; body: string }[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        this.heard.push({
          url: request.url ?? '',
          headers: request.rawHeaders.join('\n'),
          baggage: request.headers['baggage'] as string | undefined,
          body,
        });
        const to = new URL(request.url ?? '', 'http://x').searchParams.get('to');
        const isStream = body.includes('"stream":true');
        if (to !== null) response.writeHead(302, { location: to });
        else response.setHeader('content-type', isStream ? 'text/event-stream' : 'application/json');
        response.end(isStream ? `data: ${completion('chunk')}\n\ndata: [DONE]\n\n` : completion('message'));
      });
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function completion(kind: 'chunk' | 'message'): string {
  const text = { role: 'assistant', content: 'hello' };
  return JSON.stringify({
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4o-mini',
    choices: [{ index: 0, finish_reason: 'stop', [kind === 'chunk' ? 'delta' : 'message']: text }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  });
}

/** All encodings in which a personal value could be sent. */
const personal = /secret|c2VjcmV0|秘密|%E7%A7%98|injected|user\.(?:id|name|email)|userspan/i;

async function run(setUp: string, thirdParty: StandIn, internal: StandIn): Promise<Report> {
  const urls = {
    thirdParty: `http://localhost:${await thirdParty.listen()}`,
    internal: `http://127.0.0.1:${await internal.listen()}`,
  };
  try {
    const argument = JSON.stringify({ setUp, ...urls });
    const { stdout } = await promisify(execFile)(process.execPath, [app, argument], { maxBuffer: 1e7 });
    return JSON.parse(stdout) as Report;
  } finally {
    await Promise.all([thirdParty.close(), internal.close()]);
  }
}

describe.each([
  ['register()', undefined],
  ['register(), sending to one host', 'user.id='],
  ["another SDK's set-up", undefined],
  ["another SDK's set-up with unguarded baggage", undefined],
  ["another SDK's set-up with the baggage guard", undefined],
  ["another SDK's set-up after ours", undefined],
])('under %s', (setUp, ownBaggage) => {
  const thirdParty = new StandIn();
  const internal = new StandIn();

  test(
    'sends the user to no other host, breaks no request, and writes the user on every span',
    { timeout: 60_000 },
    async () => {
      const report = await run(setUp, thirdParty, internal);
      const count = Object.keys(people).length;

      expect(report.failures).toEqual([]);
      expect(thirdParty.heard).toHaveLength(count * 6);
      expect(internal.heard).toHaveLength(count * 3);
      for (const { headers, url, body } of thirdParty.heard)
        expect(`${url}\n${headers}\n${body}`).not.toMatch(personal);
      if (setUp !== "another SDK's set-up with unguarded baggage") {
        // The trace header shows that the instrumentations were active.
        for (const { headers } of thirdParty.heard) expect(headers).toMatch(/\btraceparent\n00-/);
      }
      for (const { baggage, headers } of internal.heard) {
        if (ownBaggage === undefined) expect(headers).not.toMatch(personal);
        else if (baggage !== undefined) expect(baggage).toMatch(/^user\.id=[^,]+$/);
      }
      if (ownBaggage !== undefined) {
        // All users except those whose id must not be in a header.
        expect(internal.heard.filter((request) => request.baggage === undefined)).toHaveLength(2 * 3);
      }
      expect(report.clients).toBeGreaterThanOrEqual(count * CALLS);
      expect(report.chats).toBe(count * 3);
      expect(report.unnamed).toBe(0);
      expect(report.ids.toSorted()).toEqual(
        Object.values(people)
          .map(({ id }) => id)
          .toSorted(),
      );
      expect(report.warnings.filter((line) => line.includes('UserPropagator'))).toHaveLength(
        setUp.startsWith("another SDK's set-up") && !setUp.includes('with the baggage guard') ? 1 : 0,
      );
    },
  );
});

test(
  'breaks no request with any value if an app sends baggage to every host',
  { timeout: 60_000 },
  async () => {
    const thirdParty = new StandIn();
    const report = await run("another SDK's set-up that always sends baggage", thirdParty, new StandIn());
    expect(report.failures).toEqual([]);
    expect(report.unnamed).toBe(0);
    const sent = thirdParty.heard.filter(({ url }) => url === '/fetch').map(({ baggage }) => baggage);
    expect(sent[0]).toBe(
      'user.id=secret-id-1,user.name=Secret%20Name,user.email=secret%40example.com,userspan.user.plan=secret-plan',
    );
    for (const baggage of sent) {
      expect((baggage ?? '').length).toBeLessThanOrEqual(4096);
      expect((baggage ?? '').split(',').length).toBeLessThanOrEqual(32);
    }
    // Even in this case, the model vendor gets no baggage with users.
    for (const { url, baggage } of thirdParty.heard)
      if (url.startsWith('/v1/')) expect(baggage).toBeUndefined();
  },
);
