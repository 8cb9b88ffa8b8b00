import { readSpan, runToEnd } from '@userspan/ledger';
import { expect, test } from 'vitest';

import { batch, call, user } from '../testing/trace-of.ts';
import type { TestSpan } from '../testing/trace-of.ts';
import { resolveTraces } from './resolve-state.ts';
import { encodeTrace, decodeTrace } from './cached-trace.ts';
import { newTraceState } from '../storage/read/traces/trace-state.ts';
import type { TraceState } from '../storage/read/traces/trace-state.ts';

/** A trace as planning leaves it. */
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
  runToEnd(resolveTraces([trace], 7n));
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
  { name: 'a span that is no call', spans: [{ trace: 1, id: 1, attributes: user('ada') }] },
  { name: 'a call of which all is known', spans: [{ trace: 1, id: 1, attributes: call(EVERYTHING) }] },
  { name: 'a call without a user', spans: [{ trace: 1, id: 1, attributes: call() }] },
  {
    name: 'a call whose cost another record says, below a user',
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
])('$name is decoded as it was encoded', ({ spans }) => {
  const trace = decided(...spans);
  expect(runToEnd(decodeTrace('p', trace.traceId, runToEnd(encodeTrace(trace))))).toEqual(trace);
});
