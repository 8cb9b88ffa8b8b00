import { createHmac } from 'node:crypto';

import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';

import { redactUser } from './redacting-span-exporter.ts';
import type { UserRedaction } from './redact-user.ts';
import { VERSION } from '../process/version.ts';

const user = {
  'user.id': 'u1',
  'user.name': 'Ada',
  'user.email': 'a@b.c',
  'userspan.user.plan': 'pro',
  'userspan.user.group': 'g',
};
const rest = { 'gen_ai.operation.name': 'chat', 'user.roles': ['admin'], 'userspan.tags': ['x'] };
const hash = createHmac('sha256', 'k').update('u1').digest('hex');

const table: [string, UserRedaction, Record<string, unknown>][] = [
  ['nothing', {}, user],
  ['nothing, stated', { id: 'plain', props: 'all', key: 'k' }, user],
  ['the id', { id: 'hmac', key: 'k' }, { ...user, 'user.id': undefined, 'user.hash': hash }],
  ['all props', { props: 'none' }, { 'user.id': 'u1' }],
  [
    'some props',
    { props: ['name', 'plan', 'missing'] },
    { 'user.id': 'u1', 'user.name': 'Ada', 'userspan.user.plan': 'pro' },
  ],
  ['everything', { id: 'hmac', key: 'k', props: [] }, { 'user.hash': hash }],
];

test.each(table)('hides %s on spans, events and links of the exported copy', async (_, redaction, left) => {
  const open = new InMemorySpanExporter();
  const redacted = new InMemorySpanExporter();
  const exporter = redactUser(redacted, redaction);
  const provider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter), new SimpleSpanProcessor(open)],
  });
  const link = {
    context: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 },
  };
  const span = provider.getTracer('t', VERSION).startSpan('work', {
    attributes: { ...rest, ...user },
    links: [{ ...link, attributes: { ...user, other: 1 } }, link],
  });
  span
    .addEvent('e', { ...user, other: 1 })
    .addEvent('plain', { other: 2 })
    .end();
  await provider.forceFlush();

  const defined = Object.fromEntries(Object.entries(left).filter(([, value]) => value !== undefined));
  const [sent] = redacted.getFinishedSpans();
  expect(sent?.attributes).toEqual({ ...rest, ...defined });
  expect(sent?.events.map((event) => event.attributes)).toEqual([{ ...defined, other: 1 }, { other: 2 }]);
  expect(sent?.links.map((part) => part.attributes)).toEqual([{ ...defined, other: 1 }, undefined]);

  const [whole] = open.getFinishedSpans();
  expect(whole?.attributes).toEqual({ ...rest, ...user });
  expect(whole?.events[0]?.attributes).toEqual({ ...user, other: 1 });
  // Every other field of the span is exported.
  for (const name of [
    'name',
    'kind',
    'startTime',
    'endTime',
    'status',
    'duration',
    'ended',
    'resource',
    'instrumentationScope',
    'parentSpanContext',
    'droppedAttributesCount',
  ] as const) {
    expect(sent?.[name]).toEqual(whole?.[name]);
  }
  expect(sent?.spanContext()).toEqual(span.spanContext());
  await exporter.forceFlush?.();
  await exporter.shutdown();
});

test('hashes equal ids to equal hashes, and to different hashes with another key', async () => {
  const hashes: unknown[][] = [];
  for (const key of ['k', 'k', 'l']) {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(redactUser(exporter, { id: 'hmac', key }))],
    });
    for (const id of ['u1', 'u1', 'u2'])
      provider
        .getTracer('t')
        .startSpan('s', { attributes: { 'user.id': id } })
        .end();
    await provider.forceFlush();
    hashes.push(exporter.getFinishedSpans().map((span) => span.attributes['user.hash']));
  }
  expect(hashes[0]).toEqual(hashes[1]);
  expect(new Set(hashes.flat()).size).toBe(4);
});

test('does not copy spans if there is nothing to hide', () => {
  const exporter = new InMemorySpanExporter();
  expect(redactUser(exporter, {})).toBe(exporter);
});

test.each<[UserRedaction, string]>([
  [{ id: 'hmac' }, 'needs a secret'],
  [{ id: 'hmac', key: '' }, 'needs a secret'],
  [{ id: 'sha1' as never }, "'plain' or 'hmac'"],
  [{ props: 'some' as never }, 'list of prop names'],
  [{ props: [7] as never }, 'list of prop names'],
])('rejects the options %j', (redaction, message) => {
  expect(() => redactUser(new InMemorySpanExporter(), redaction)).toThrow(message);
});
