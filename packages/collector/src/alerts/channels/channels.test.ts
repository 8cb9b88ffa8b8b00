import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { openAlertingCollector } from '../../testing/alerting-collector.ts';
import type { AlertingCollector } from '../../testing/alerting-collector.ts';
import { startReceiver } from '../../testing/receiver.ts';
import type { Receiver } from '../../testing/receiver.ts';
import { batch, call, NOON_MS, user } from '../../testing/trace-of.ts';

const ROUTING_KEY = 'abcdefghij0123456789abcdefghij01';
const HOUR = 3_600_000;

let collector: AlertingCollector;
let receiver: Receiver;
let smtp: SMTPServer;
let smtpPort = 0;
let mails: string[] = [];
let number = 0;
let spanId = 0;
let project = '';

beforeAll(async () => {
  collector = await openAlertingCollector();
  receiver = await startReceiver();
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString('utf8'));
        done();
      });
    },
    onAuth: (auth, _session, done) =>
      auth.username === 'ops' && auth.password === 'secret word'
        ? done(null, { user: 'ops' })
        : done(new Error('no such user')),
  });
  await new Promise<void>((resolve) => {
    smtp.listen(0, '127.0.0.1', () => resolve());
  });
  const address = smtp.server.address();
  smtpPort = typeof address === 'object' && address !== null ? address.port : 0;
}, 60_000);
afterAll(async () => {
  await collector.close();
  await receiver.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
}, 60_000);
afterEach(async () => {
  await send('DELETE', '/api/alerts/r');
  await send('DELETE', '/api/channels/c');
});
beforeEach(() => {
  number += 1;
  project = `project ${number}`;
  receiver.requests.length = 0;
  receiver.answer = () => ({ status: 204 });
  mails = [];
});

function send(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: object,
): ReturnType<AlertingCollector['request']> {
  return collector.request(method, url, body, project);
}

/** A rule that sends to the channel, and a call that makes it fire. */
async function fire(channel: object): Promise<Record<string, unknown>> {
  const added = await send('POST', '/api/channels', { id: 'c', ...channel });
  expect([added.status, added.body]).toEqual([201, expect.anything()]);
  const rule = {
    id: 'r',
    name: 'Any user over $1',
    measure: 'cost',
    of: 'user',
    window: 'day',
    thresholds: [{ value: 1 }],
    channels: ['c'],
  };
  expect((await send('POST', '/api/alerts', rule)).status).toBe(201);
  await spend(2);
  await collector.pass(5_000);
  return added.body;
}

async function spend(usd: number, id = 'u 1'): Promise<void> {
  const attributes = {
    ...call({ 'gen_ai.usage.cost': usd, 'userspan.tags': ['chat'] }),
    ...user(id, { 'user.name': 'Ada <b>', 'userspan.user.group': 'acme' }),
  };
  spanId += 1;
  await collector.store.pipeline.write(
    batch({ id: spanId, trace: spanId, project, atMs: collector.nowMs - NOON_MS, attributes }),
  );
}

test.each([
  [
    'slack',
    () => ({ url: `${receiver.url}/services/T000/B000/secret` }),
    {
      text: expect.stringContaining('Ada &lt;b&gt;') as string,
      attachments: [
        { color: '#c62828', fields: expect.any(Array) as unknown, ts: expect.any(Number) as unknown },
      ],
    },
  ],
  [
    'discord',
    () => ({ url: `${receiver.url}/api/webhooks/1/secret` }),
    { content: expect.stringContaining(String.raw`Ada \<b\>: cost $2`) as string },
  ],
  [
    'teams',
    () => ({ url: `${receiver.url}/workflows/secret` }),
    {
      type: 'message',
      attachments: [
        { contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard' } },
      ],
    },
  ],
  [
    'pagerduty',
    () => ({ url: `${receiver.url}/v2/enqueue`, routingKey: ROUTING_KEY }),
    {
      routing_key: ROUTING_KEY,
      event_action: 'trigger',
      dedup_key: expect.stringMatching(/\/r\/user\/u 1$/) as string,
      payload: {
        severity: 'critical',
        source: 'userspan',
        summary: expect.stringContaining('Ada <b>') as string,
        custom_details: {
          Rule: 'Any user over $1',
          User: 'Ada <b> (u 1)',
          Group: 'acme',
          Figure: '$2',
          Threshold: '$1',
          Window: expect.any(String) as string,
          Cause: '100% from model gpt-4o-mini; 100% from tag chat; 1 call, 0 in the previous window',
        },
      },
      links: [{ href: expect.stringContaining('https://userspan.example.com/user?id=u+1&from=') as string }],
    },
  ],
])('%s', async (type, settings, expected) => {
  await fire({ type, ...settings() });
  expect(receiver.json()).toMatchObject([expected]);
  expect(receiver.requests[0]?.path).toBe(new URL(settings().url).pathname);
  await collector.pass(24 * HOUR);
  expect(receiver.requests).toHaveLength(2);
  if (type === 'pagerduty') expect(receiver.json()[1]).toMatchObject({ event_action: 'resolve' });
  const shown = JSON.stringify([
    (await send('GET', '/api/channels')).body,
    (await send('GET', '/api/deliveries')).body,
  ]);
  expect(shown).not.toContain('secret');
  expect(shown).not.toContain(ROUTING_KEY);
});

test('sends fired and resolved messages by e-mail, with a password, and reports a server that rejects them', async () => {
  const settings = { from: 'Userspan <alerts@example.com>', to: ['ops@example.com'] };
  await fire({ type: 'email', smtp: `smtp://ops:secret%20word@127.0.0.1:${smtpPort}`, ...settings });
  await collector.pass(24 * HOUR);
  expect(mails).toHaveLength(2);
  expect(mails[0]).toMatch(/To: ops@example\.com/);
  expect(mails[0]).toContain('&lt;b&gt;');
  expect(mails[1]).toMatch(/Subject: Resolved:/);
  await send('PUT', '/api/channels/c', { smtp: `smtp://ops:wrong-password@127.0.0.1:${smtpPort}` });
  const { body } = await send('POST', '/api/channels/c/test');
  expect(body).toMatchObject({ accepted: false, status: 535 });
  expect(JSON.stringify(body)).not.toContain('wrong-password');
});

test('shows a secret once, and signs with both secrets during a rotation', async () => {
  const { secret } = await fire({ type: 'webhook', url: receiver.url });
  expect(secret).toMatch(/^whsec_/);
  const old = String(secret);
  const rotated = await send('POST', '/api/channels/c/secrets', {});
  expect(rotated.body).toEqual({ secret: expect.stringMatching(/^whsec_/) as string, signingSecrets: 2 });
  collector.nowMs = Date.now();
  expect((await send('POST', '/api/channels/c/test')).body).toMatchObject({ accepted: true, status: 204 });
  const last = receiver.requests.at(-1);
  for (const each of [old, String(rotated.body['secret'])]) {
    const verify = (): unknown =>
      new Webhook(each).verify(last?.body ?? '', last?.headers as Record<string, string>);
    expect(verify()).toMatchObject({ type: 'alert.test' });
  }
  expect((await send('DELETE', '/api/channels/c/secrets')).body).toEqual({ signingSecrets: 1 });
  await send('POST', '/api/channels/c/test');
  const after = receiver.requests.at(-1);
  expect(() => new Webhook(old).verify(after?.body ?? '', after?.headers as Record<string, string>)).toThrow(
    /signature/,
  );
  expect(JSON.stringify((await send('GET', '/api/channels')).body)).not.toContain(old);
});

test('retries with the same id, in order, until a message is accepted: after 500 for an hour, Retry-After and a reset', async () => {
  receiver.answer = () => ({ status: 500 });
  await fire({ type: 'webhook', url: receiver.url });
  for (let minutes = 0; minutes < 60; minutes += 5) await collector.pass(5 * 60_000);
  const id = receiver.requests[0]?.headers['webhook-id'];
  // Projects of other tests also send to this receiver.
  const own = (): typeof receiver.requests =>
    receiver.requests.filter(({ headers }) => headers['webhook-id'] === id);
  const sent = (): number => own().length;
  const attempts = sent();
  expect(attempts).toBeGreaterThan(3);
  expect(attempts).toBeLessThan(10);
  receiver.answer = () => ({ status: 429, headers: { 'retry-after': '3000' } });
  await collector.pass(HOUR);
  receiver.answer = () => ({ status: 204 });
  await collector.pass(40 * 60_000);
  expect(sent()).toBe(attempts + 1);
  await collector.pass(HOUR);
  expect(sent()).toBe(attempts + 2);
  expect(new Set(own().map(({ body }) => body)).size).toBe(1);
  await collector.pass(HOUR);
  expect(sent()).toBe(attempts + 2);
});

test('a hanging receiver does not delay others, and a message is sent in the same round as its evaluation', async () => {
  const slow = await startReceiver();
  slow.answer = () => 'hang';
  await send('POST', '/api/channels', { id: 'slow', type: 'webhook', url: slow.url });
  await send('POST', '/api/channels', { id: 'c', type: 'webhook', url: receiver.url });
  const rule = { measure: 'cost', of: 'user', window: 'day', thresholds: [{ value: 1 }] };
  await send('POST', '/api/alerts', { ...rule, id: 'r', channels: ['slow', 'c'] });
  // The clock advances during an evaluation, as in production.
  collector.stepMs = 1;
  for (const [at, id] of ['first', 'second'].entries()) {
    await spend(2, id);
    await collector.alerting.tick({ waitsForReceivers: false });
    await expect
      .poll(() => receiver.json<{ data: { user: string } }>().map(({ data }) => data.user), {
        timeout: 10_000,
      })
      .toEqual(['first', 'second'].slice(0, at + 1));
  }
  expect(slow.requests).toHaveLength(1);
  collector.stepMs = 0;
  await send('DELETE', '/api/channels/slow');
  await slow.close();
});

test('410 disables the channel until it is written again, and a message is dropped after a day of failures', async () => {
  receiver.answer = () => ({ status: 410 });
  await fire({ type: 'webhook', url: receiver.url });
  const shown = async (): Promise<unknown> => (await send('GET', '/api/channels')).body['data'];
  expect(await shown()).toMatchObject([{ disabledReason: 'the receiver answered 410' }]);
  await spend(3, 'other');
  await collector.pass(HOUR);
  expect(receiver.requests).toHaveLength(1);
  await send('PUT', '/api/channels/c', {});
  expect(await shown()).toMatchObject([{ disabledReason: null }]);
  receiver.answer = () => 'reset';
  await spend(3, 'third');
  await collector.pass(5_000);
  for (let hours = 0; hours < 8; hours += 1) await collector.pass(4 * HOUR);
  const { body } = await send('GET', '/api/deliveries?limit=500');
  const deliveries = body['data'] as unknown as { subject: string; state: string }[];
  const states = deliveries.filter(({ subject }) => subject === 'user:third').map(({ state }) => state);
  expect(states).toContain('failed');
});

test('sends the events of a day in one digest', async () => {
  await fire({ type: 'slack', url: receiver.url, digest: { at: '09:00', timeZone: 'Europe/Berlin' } });
  await spend(3, 'second');
  await collector.pass(60_000);
  expect(receiver.requests).toHaveLength(0);
  await collector.pass(24 * HOUR);
  await collector.pass(60_000);
  expect(receiver.requests).toHaveLength(1);
  expect(receiver.json()).toMatchObject([
    { text: expect.stringMatching(/^Userspan: 2 alerts and \d resolutions? since/) as string },
  ]);
});

test('sends each event once in the digests of several days, despite a restart and a receiver that is down', async () => {
  interface Digest {
    readonly data: { readonly alerts: readonly { readonly type: string; readonly link: string }[] };
  }
  /** The subjects of the digests received since the last evaluation. */
  const told = (): readonly (readonly string[])[] =>
    receiver.json<Digest>().map(({ data }) => {
      const events = data.alerts.map(({ type, link }) => `${type} ${new URL(link).searchParams.get('id')}`);
      return events.toSorted();
    });
  const pass = async (days: number): Promise<void> => {
    receiver.requests.length = 0;
    for (let hours = 0; hours < days * 24; hours += 2) await collector.pass(2 * HOUR);
  };
  const both = (id: string): readonly string[] => [`alert.fired ${id}`, `alert.resolved ${id}`];
  // From noon on, the day ends (which resolves the alerts) before the next digest. An earlier test sets the
  // clock to the time at which it runs.
  await collector.pass(24 * HOUR - ((collector.nowMs - NOON_MS) % (24 * HOUR)));
  await fire({ type: 'webhook', url: receiver.url, digest: { at: '09:00', timeZone: 'Europe/Berlin' } });
  await spend(3, 'second');
  await collector.pass(60_000);
  await collector.restart();
  await pass(1);
  expect(told()).toEqual([[...both('second'), ...both('u 1')].toSorted()]);
  // A day without an event has no digest.
  await pass(3);
  expect(told()).toEqual([]);
  receiver.answer = () => ({ status: 503 });
  await spend(3, 'third');
  await pass(1);
  expect(told().length).toBeGreaterThan(0);
  await spend(3, 'fourth');
  await collector.restart();
  receiver.answer = () => ({ status: 204 });
  await pass(3);
  expect(told()).toEqual([both('third'), both('fourth')]);
});
