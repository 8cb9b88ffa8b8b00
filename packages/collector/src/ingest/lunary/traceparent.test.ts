import { expect, test } from 'vitest';
import type { ClientSpan } from '../client-span.ts';
import { readLunaryEvent } from './lunary-event.ts';
import { OPEN_MS, OpenRuns } from './open-runs.ts';

const NOW = Date.UTC(2026, 10, 1);
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE}-${SPAN}-01`;

/** Sends events as a client does, and returns the spans of all complete runs. */
function spansOf(...events: readonly object[]): readonly ClientSpan[] {
  const runs = new OpenRuns();
  for (const fields of events) {
    const event = readLunaryEvent({ type: 'llm', runId: 'r1', timestamp: NOW, ...fields }, NOW, false);
    if ('invalid' in event) throw new Error(event.invalid);
    runs.apply({ project: 'default', claimed: false, receivedAtMs: NOW, event });
  }
  return runs.ready(NOW + OPEN_MS + 1).map(({ span }) => span);
}

const end = { event: 'end', tokensUsage: { prompt: 10, completion: 2 } };
const within = (traceparent: unknown): object => ({ event: 'start', metadata: { traceparent } });

test.each<[name: string, events: readonly object[], isWithin: boolean]>([
  ['of a run', [within(TRACEPARENT), end], true],
  [
    'of an embedding',
    [
      { ...within(TRACEPARENT), type: 'embed' },
      { ...end, type: 'embed' },
    ],
    true,
  ],
  ['of a run whose end arrives first', [end, within(TRACEPARENT)], true],
  ['of a failed run', [within(TRACEPARENT), { event: 'error', error: 'refused' }], true],
  ['of a run without an end', [within(TRACEPARENT)], true],
  ['none', [{ event: 'start' }, end], false],
  ['only at the end', [{ event: 'start' }, { ...end, metadata: { traceparent: TRACEPARENT } }], false],
  ['a number', [within(7), end], false],
  ['capitals', [within(TRACEPARENT.toUpperCase()), end], false],
  ['a trace id of zeros', [within(`00-${'0'.repeat(32)}-${SPAN}-01`), end], false],
  ['a span id of zeros', [within(`00-${TRACE}-${'0'.repeat(16)}-01`), end], false],
  ['too long', [within(`${TRACEPARENT}${'0'.repeat(300)}`), end], false],
])('traceparent in the metadata: %s', (_name, events, isWithin) => {
  const [span] = spansOf(...events);
  expect({ traceId: span?.traceId, parentSpanId: span?.parentSpanId }).toEqual(
    isWithin
      ? { traceId: TRACE, parentSpanId: SPAN }
      : { traceId: expect.not.stringMatching(TRACE) as unknown, parentSpanId: undefined },
  );
});

test('a run keeps the user of the run that it is part of, and takes its own runs along', () => {
  const agent = { type: 'agent', runId: 'a1', userId: 'u1' };
  const tool = { type: 'tool', runId: 't1', parentRunId: 'r1' };
  const [first, call, inner] = spansOf(
    { ...agent, event: 'start' },
    { ...within(TRACEPARENT), parentRunId: 'a1' },
    { ...tool, event: 'start' },
    { ...agent, event: 'end' },
    end,
    { ...tool, event: 'end' },
  );
  expect(first).toMatchObject({ traceId: expect.not.stringMatching(TRACE) as unknown });
  expect(call).toMatchObject({ traceId: TRACE, parentSpanId: SPAN });
  expect(Object.fromEntries(call?.attributes ?? [])).toMatchObject({ 'user.id': 'u1' });
  expect(inner).toMatchObject({ traceId: TRACE, parentSpanId: call?.spanId });
});
