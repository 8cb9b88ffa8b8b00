import { existsSync } from 'node:fs';
import { visit } from '@userspan-examples/chat/visitors.js';
import type { OpenAIServer } from '@userspan-test/openai-server';
import { startOpenAIServer } from '@userspan-test/openai-server';
import { readUsers, totalCalls } from '@userspan-test/pipeline/figures.ts';
import { startChat, startCollector, until } from '@userspan-test/pipeline/processes.ts';
import type { Running } from '@userspan-test/pipeline/processes.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { otelcolPath } from './build-otelcol.mjs';
import { startOtelcol } from './otelcol.ts';
import type { Otelcol } from './otelcol.ts';

const binary = otelcolPath();
const isBuilt = existsSync(binary);
if (!isBuilt)
  console.log('skipped: no OpenTelemetry Collector here; `pnpm interop` builds it where there is Go');

describe.skipIf(!isBuilt).each(['http', 'grpc'] as const)(
  'app -> otelcol -> userspan (%s) -> forward -> otelcol -> file',
  (protocol) => {
    let api: OpenAIServer;
    let last: Otelcol;
    let userspan: Running;
    let first: Otelcol;
    let chat: Running;

    beforeAll(async () => {
      api = await startOpenAIServer();
      last = await startOtelcol(binary);
      userspan = await startCollector(['--forward', last.http]);
      const grpc = /grpc\S*\s+(?:\w+:\/\/)?([\w.]+:\d+)/i.exec(userspan.output())?.[1] ?? '';
      first = await startOtelcol(binary, protocol === 'http' ? { http: userspan.url } : { grpc });
      chat = await startChat(first.http, api.url);
    }, 60_000);
    afterAll(async () => {
      await chat.stop();
      await first.stop();
      await userspan.stop();
      await last.stop();
      await api.close();
    });

    it('delivers every span with unchanged attributes, users and costs', async () => {
      await visit(chat.url);
      await chat.stop(); // Stopping sends its last spans.
      const sent = await until(
        () => first.spans(),
        (spans) => spans.size >= 9,
      );
      const arrived = await until(
        () => last.spans(),
        (spans) => spans.size >= sent.size,
      );
      expect(Object.fromEntries(arrived)).toEqual(Object.fromEntries(sent));
    });

    it('has the users and costs of the bill', async () => {
      const complete = api.bills.filter((bill) => bill.complete).length;
      // The rejected call is not on the bill, because its cost is $0.
      const refused = 1;
      const seen = await until(
        () => readUsers(userspan.url),
        (answer) => totalCalls(answer) >= api.bills.length + refused,
      );
      const priced = [...seen.users, seen.unattributed].reduce(
        (sum, row) => sum + row.calls - row.unpricedCalls,
        0,
      );
      expect(priced).toBe(complete + refused);
    });

    it('adds user and cost to a forwarded call without them, and changes nothing else', async () => {
      const [traceId, root, call] = [
        '0af7651916cd43dd8448eb211c80319c',
        'b7ad6b7169203331',
        '00f067aa0ba902b7',
      ];
      const attribute = (key: string, value: unknown): unknown => ({ key, value });
      const times = { startTimeUnixNano: '1795000000000000000', endTimeUnixNano: '1795000001000000000' };
      const spans = [
        {
          traceId,
          spanId: root,
          name: 'GET /',
          kind: 2,
          ...times,
          attributes: [attribute('user.id', { stringValue: 'u_trace' })],
        },
        {
          traceId,
          spanId: call,
          parentSpanId: root,
          name: 'chat gpt-4o-mini',
          kind: 3,
          ...times,
          attributes: [
            attribute('gen_ai.operation.name', { stringValue: 'chat' }),
            attribute('gen_ai.system', { stringValue: 'openai' }),
            attribute('gen_ai.request.model', { stringValue: 'gpt-4o-mini' }),
            attribute('gen_ai.usage.input_tokens', { intValue: '19' }),
            attribute('gen_ai.usage.output_tokens', { intValue: '10' }),
            attribute('app.bytes', { bytesValue: 'AAEC' }),
            attribute('app.list', {
              arrayValue: { values: [{ intValue: '9007199254740993' }, { boolValue: true }] },
            }),
          ],
          events: [
            {
              timeUnixNano: times.startTimeUnixNano,
              name: 'e',
              attributes: [attribute('k', { doubleValue: 0.5 })],
            },
          ],
          links: [{ traceId, spanId: root, traceState: 'a=b' }],
        },
      ];
      const response = await fetch(`${first.http}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          resourceSpans: [{ resource: {}, scopeSpans: [{ scope: { name: 's' }, spans }] }],
        }),
      });
      expect(response.status).toBe(200);
      const arrived = await until(
        () => last.spans(),
        (found) => found.has(call),
      );
      const before = (await first.spans()).get(call);
      const after = arrived.get(call);
      const known = new Set(before?.attributes?.map(({ key }) => key));
      const added = after?.attributes?.filter(({ key }) => !known.has(key)) ?? [];
      expect({ ...after, attributes: after?.attributes?.filter(({ key }) => known.has(key)) }).toEqual(
        before,
      );
      expect(Object.fromEntries(added.map(({ key, value }) => [key, value]))).toMatchObject({
        'user.id': { stringValue: 'u_trace' },
        'gen_ai.usage.cost': { doubleValue: 0.00000885 },
        'userspan.cost.source': { stringValue: 'list' },
      });
    });
  },
);
