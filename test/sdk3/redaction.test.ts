import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { redactUser } from '@userspan/core';
import { expect, test } from 'vitest';

test('exports spans of SDK 3.1 redacted and otherwise unchanged', async () => {
  const whole = new InMemorySpanExporter();
  const redacted = new InMemorySpanExporter();
  const exporter = redactUser(redacted, { id: 'hmac', key: 'k', props: 'none' });
  const provider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: whole }), new SimpleSpanProcessor({ exporter })],
  });
  const attributes = { 'user.id': 'u1', 'user.email': 'a@b.c', other: { nested: [1, null] } };
  provider
    .getTracer('t', '1')
    .startSpan('work', { kind: 2, attributes })
    .addEvent('e', { 'user.id': 'u1' })
    .end();
  await provider.forceFlush();

  const [span] = whole.getFinishedSpans();
  const [left] = redacted.getFinishedSpans();
  expect(span?.attributes).toEqual(attributes);
  expect(left?.attributes).toEqual({
    'user.hash': expect.stringMatching(/^[\da-f]{64}$/),
    other: { nested: [1, null] },
  });
  expect(left?.events[0]?.attributes).toEqual({ 'user.hash': left?.attributes['user.hash'] });
  expect(left?.spanContext()).toEqual(span?.spanContext());
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
  ] as const) {
    expect(left?.[name]).toEqual(span?.[name]);
  }
});
