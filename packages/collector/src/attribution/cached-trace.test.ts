import { readSpan, runToEnd } from '@userspan/ledger';
import { expect, test } from 'vitest';

import { batch, call, user } from '../testing/trace-of.ts';
import type { TestSpan } from '../testing/trace-of.ts';
import { resolveTraces } from './resolve-state.ts';
import { encodeTrace, decodeTrace } from './cached-trace.ts';
import { newTraceState } from '../storage/read/traces/trace-state.ts';
import type { TraceState } from '../storage/read/traces/trace-state.ts';

/** A trace after a write batch was built. */
function decided(...spans: readonly TestSpan[]): TraceState {
  const [first] = batch(...spans).spans;
  if (first === undefined) throw new Error('a trace has spans');
  const trace = newTraceState('p', first.span.traceId);
  for (const { span, receivedAtMs } of batch(...spans).spans) {
    const reading = readSpan(span);
    trace.spans.set(span.spanId, reading.traceSpan);
    if (reading.call === undefined) continue;
    const context = { project: 'p', collector: 'c', scope: span.scope.name, name: span.name, receivedAtMs };
    trace.calls.set(span.spanId, { call: reading.call, context });
  }
  runToEnd(resolveTraces([trace], 7n, () => undefined));
  return trace;
}

const EVERYTHING = {
  ...user('ada', { name: 'Ada "the first"\n', group: '\u{1f600}' }),
  'gen_ai.response.id': 'r1',
  'gen_ai.response.model': 'gpt-4o-2024-08-06',
  'openai.request.service_tier': 'flex',
  'openai.response.service_tier': 'default',
  'server.address': 'api.openai.com',
  'error.type': 'rate_limit',
  'session.id': 's1',
  'userspan.tags': ['a', 'b'],
};

test.each<{ name: string; spans: readonly TestSpan[] }>([
  { name: 'a span that is not a call', spans: [{ trace: 1, id: 1, attributes: user('ada') }] },
  { name: 'a call with every field', spans: [{ trace: 1, id: 1, attributes: call(EVERYTHING) }] },
  { name: 'a call without a user', spans: [{ trace: 1, id: 1, attributes: call() }] },
  {
    name: 'a call whose cost another record has, below a span with a user',
    spans: [
      { trace: 1, id: 1, attributes: user('ada') },
      { trace: 1, id: 2, parent: 1, scope: 'theirs', attributes: call({ 'gen_ai.response.id': 'r1' }) },
      { trace: 1, id: 3, parent: 2, scope: 'ours', attributes: call({ 'gen_ai.response.id': 'r1' }) },
    ],
  },
  {
    name: 'a trace of several parts',
    spans: Array.from({ length: 300 }, (_, at) => ({
      trace: 1,
      id: at + 1,
      ...(at === 0 ? {} : { parent: at }),
      attributes: at % 2 === 0 ? user('ada') : call({ 'gen_ai.response.id': `r${at}` }),
    })),
  },
])('decodes to the same trace after encoding: $name', ({ spans }) => {
  const trace = decided(...spans);
  const decoded = cachedOf(trace);
  expect(plain(decoded)).toEqual(plain(trace));
  // Cached bytes equal a new encoding of the trace.
  expect(encoded(cachedOf(decoded))).toEqual(encoded(trace));
});

const many = (length: number): readonly TestSpan[] =>
  Array.from({ length }, (_, at) => ({
    trace: 1,
    id: at + 1,
    ...(at === 0 ? {} : { parent: 1 }),
    attributes: call({ 'gen_ai.response.id': `r${at}` }),
  }));
const MANY = many(300);

test('changes one call of a cached trace without changing the others', () => {
  const trace = decided(...MANY);
  const cached = cachedOf(trace);
  const change = ({ calls }: TraceState, id: string): void => {
    const state = calls.get(id);
    if (state?.attribution === undefined || state.counted === undefined) throw new Error(`no call ${id}`);
    const { counted } = state;
    state.attribution = { ...state.attribution, userId: 'ada', rule: 'trace' };
    state.counted = { ...counted, user_id: 'ada', version: '9' };
    state.isDerived = false;
  };
  for (const id of ['0000000000000005', '0000000000000082'])
    for (const each of [trace, cached]) change(each, id);
  expect(plain(cachedOf(cached))).toEqual(plain(trace));
});

test('keeps the last stored row of a cached call, also after a change', () => {
  const trace = decided(...MANY);
  const state = cachedOf(trace).calls.get('0000000000000005');
  if (state?.attribution === undefined) throw new Error('no such call');
  state.attribution = { ...state.attribution, userId: 'ada' };
  expect(state.counted).toEqual(trace.calls.get('0000000000000005')?.counted);
});

test('adds spans to a cached trace', () => {
  const half = cachedOf(decided(...MANY.slice(0, 150)));
  const whole = decided(...MANY);
  for (const [id, span] of whole.spans) if (!half.spans.has(id)) half.spans.set(id, span);
  for (const [id, state] of whole.calls) if (!half.calls.has(id)) half.calls.set(id, state);
  expect(plain(cachedOf(half))).toEqual(plain(whole));
});

test('encodes a large trace without changes, and adds spans to it', () => {
  const [large, untouched] = [decided(...many(1_100)), decided(...many(1_100))];
  const before = encoded(large);
  expect(plain(large)).toEqual(plain(untouched));
  expect(encoded(large)).toEqual(before);
  const whole = decided(...many(1_200));
  for (const [id, span] of whole.spans) if (!large.spans.has(id)) large.spans.set(id, span);
  for (const [id, state] of whole.calls) if (!large.calls.has(id)) large.calls.set(id, state);
  const after = encoded(large);
  expect(after).toEqual(encoded(whole));
  expect(plain(large)).toEqual(plain(whole));
});

/** The encoded trace as texts, which are compared much faster than buffers. */
function encoded(trace: TraceState): readonly string[] {
  return runToEnd(encodeTrace(trace)).map((bytes) => bytes.toString('latin1'));
}

function cachedOf(trace: TraceState): TraceState {
  return runToEnd(decodeTrace('p', trace.traceId, runToEnd(encodeTrace(trace))));
}

/** The trace with its calls as plain objects. */
function plain({ calls, ...trace }: TraceState): object {
  return {
    ...trace,
    calls: Array.from(calls, ([id, { call: made, context, counted, isDerived = false, attribution }]) => [
      id,
      { call: made, context, counted, isDerived, attribution },
    ]),
  };
}
