import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';

import type { AlertEvent } from '../alert-event.ts';
import { digestMessage } from '../delivery/digest.ts';
import { messageOf } from '../message.ts';
import type { AlertMessage } from '../message.ts';
import { parseRule } from '../rule.ts';
import { parseChannel } from './channel.ts';
import type { ChannelType, ChannelWithSecrets } from './channel.ts';
import { requestOf } from './requests.ts';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const AT_MS = 1_796_000_000_000;
const OVERRIDE = '\u202E';

function event(name: string, more: Partial<AlertEvent> = {}): AlertEvent {
  return {
    project: 'default',
    rule: parseRule(
      { measure: 'cost', of: 'user', window: 'day', thresholds: [{ value: 1 }], name: name.slice(0, 1024) },
      'r',
    ),
    subject: name,
    subjectName: name,
    group: name,
    kind: 'fired',
    severity: 'critical',
    threshold: '1',
    crossed: ['1'],
    isWithoutData: false,
    value: '1.25',
    valueBefore: null,
    span: { fromMs: 0, toMs: 86_400_000 },
    atMs: AT_MS,
    id: '1',
    cause: { model: { name, share: 1 }, tag: { name, share: 1 }, calls: 1, callsBefore: 0, costBefore: '0' },
    ...more,
  };
}

const about = (name: string): AlertMessage => messageOf(event(name), 'https://userspan.example.com');

function digestOf(count: number, name = 'user'): AlertMessage {
  const { channel } = channelOf('webhook');
  const messages = Array.from({ length: count }, (_, n) => about(`${name} ${n}`));
  return digestMessage(channel, messages, AT_MS);
}

function channelOf(type: ChannelType): ChannelWithSecrets {
  const url = `https://receiver.example.com/hook`;
  const own =
    type === 'webhook'
      ? { url, secret: SECRET }
      : type === 'pagerduty'
        ? { url, routingKey: 'a'.repeat(32) }
        : { url };
  return parseChannel({ type, ...own }, 'default', 'c');
}

const MESSAGES: readonly (readonly [string, AlertMessage])[] = [
  ['a short name', about('Ada')],
  ['an id of the maximum length', about('x'.repeat(1024))],
  ['emoji at the position of truncation', about(`x${'👩‍💻'.repeat(300)}`)],
  ['emoji, shifted by one character', about('👩‍💻'.repeat(300))],
  ['right-to-left text', about('عادة '.repeat(200))],
  ['text with a right-to-left override', about(`Ada${OVERRIDE}nimda`)],
  ['text with line breaks', about('Ada\r\nResolved: all is well\u2028\u0000')],
  ['mentions of everyone', about('@everyone @here <!channel> <@U123> <@&1> @channel')],
  ['a link', about('[Pay here](https://evil.example.com) <https://evil.example.com|Pay here>')],
  ['markup', about('<script>alert(1)</script> *bold* _x_ `code` # heading > quote ||spoiler||')],
  ['a lone surrogate', about('\uD83D')],
  ['a digest of one event', digestOf(1)],
  ['a digest of 60 events', digestOf(60)],
  ['a digest of 10,000 events', digestOf(10_000)],
  ['a digest of long names', digestOf(60, '用户'.repeat(400))],
];

/** The longest string in a JSON value, with its path. */
function texts(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => texts(each, `${path}.${name}`));
}

interface Field {
  readonly name: string;
  readonly value: string;
}

/** The limits that receivers document. */
const LIMITS: Readonly<Record<string, (body: never, bytes: number) => void>> = {
  webhook: (_body: unknown, bytes) => expect(bytes).toBeLessThanOrEqual(20_000),
  slack: (body: { readonly text: string; readonly attachments: readonly { fields: unknown[] }[] }) => {
    expect(body.text.length).toBeLessThanOrEqual(40_000);
    expect(body.attachments[0]?.fields.length).toBeLessThanOrEqual(20);
    expect(JSON.stringify(body)).not.toMatch(/<!|<@|<http/);
  },
  discord: (body: {
    readonly content: string;
    readonly allowed_mentions: unknown;
    readonly embeds: readonly {
      readonly title?: string;
      readonly url?: string;
      readonly fields: readonly Field[];
    }[];
  }) => {
    expect(body.content.length).toBeLessThanOrEqual(2000);
    expect(body.allowed_mentions).toEqual({ parse: [] });
    const [embed] = body.embeds;
    const fields = embed?.fields ?? [];
    expect(fields.length).toBeLessThanOrEqual(25);
    expect(
      fields.every(({ name, value }) => name.length <= 256 && value.length <= 1024 && value !== ''),
    ).toBe(true);
    expect(fields.reduce((sum, { name, value }) => sum + name.length + value.length, 16)).toBeLessThanOrEqual(
      6000,
    );
    expect(embed?.url?.length ?? 0).toBeLessThanOrEqual(2048);
    expect(body.content).not.toMatch(/[^\\]\[|[^\\]\]\(/);
  },
  teams: (body: object, bytes) => {
    expect(bytes).toBeLessThanOrEqual(21_000);
    expect(JSON.stringify(body)).not.toContain('](');
  },
  pagerduty: (
    body: { readonly dedup_key: string; readonly payload: { readonly summary: string } },
    bytes,
  ) => {
    expect(body.dedup_key.length).toBeLessThanOrEqual(255);
    expect(body.payload.summary.length).toBeLessThanOrEqual(1024);
    expect(bytes).toBeLessThanOrEqual(512_000);
  },
};

test.each(
  (['webhook', 'slack', 'discord', 'teams', 'pagerduty'] as const).flatMap((type) =>
    MESSAGES.map(([name, message]) => [type, name, message] as const),
  ),
)('the request to %s is valid and within its limits for a message about %s', (type, _, message) => {
  const { body, headers } = requestOf(channelOf(type), message, Date.now());
  const parsed = JSON.parse(body) as never;
  LIMITS[type]?.(parsed, Buffer.byteLength(body));
  if (type === 'webhook') {
    expect(new Webhook(SECRET).verify(body, { ...headers })).toEqual(parsed);
    return;
  }
  for (const [path, text] of texts(parsed)) {
    expect([path, text.isWellFormed()]).toEqual([path, true]);
    // The routing key is not shown to people.
    if (path === '.dedup_key') continue;
    expect([path, /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u.test(text)]).toEqual([path, false]);
  }
});

test.each([
  ['a short name', 'Ada'],
  ['an id of the maximum length', 'x'.repeat(1024)],
])('the title contains the figure and the threshold with %s', (_, name) => {
  expect(about(name).title).toMatch(/: cost \$1\.25 .*, at or above \$1$/);
});

test('a digest that is too large for a webhook contains as many events as fit, and the total number', () => {
  const { body } = requestOf(channelOf('webhook'), digestOf(60, '用户'.repeat(400)), AT_MS);
  const { data } = JSON.parse(body) as { data: { alerts: object[]; count: number; isShortened: boolean } };
  expect([data.count, data.isShortened, data.alerts.length > 0]).toEqual([60, true, true]);
});

test.each([
  ['https://discord.com/api/webhooks/1/secret', '/api/webhooks/1/secret'],
  ['https://discord.com/api/webhooks/1/secret/slack', '/api/webhooks/1/secret'],
  ['https://discord.com/api/webhooks/1/secret?thread_id=5', '/api/webhooks/1/secret?thread_id=5'],
])('converts the URL %s of Discord to %s', (url, path) => {
  const channel = parseChannel({ type: 'discord', url }, 'default', 'c');
  expect(requestOf(channel, about('Ada'), AT_MS).url).toBe(`https://discord.com${path}`);
});

test.each([
  [1, 'Userspan: 1 alert and 0 resolutions since the last digest'],
  [2, 'Userspan: 2 alerts and 0 resolutions since the last digest'],
])('returns the title of a digest of %i events', (count, title) => {
  expect(digestOf(count).title).toBe(title);
});
