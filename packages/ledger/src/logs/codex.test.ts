import { expect, it } from 'vitest';
import { costLine } from '../../testing/make-span.ts';
import { resolveTrace } from '../attribution/resolve-trace.ts';
import { readSpan } from '../calls/read-span.ts';
import type { Attributes, Span } from '../span.ts';
import { spanOfLog } from './span-of-log.ts';

const AT = 1_793_527_201_000_000_000n;
const COMMON: Attributes = {
  'event.name': 'codex.sse_event',
  'conversation.id': 'conv',
  'user.email': 'dev@b.c',
  model: 'gpt-5.1',
  duration_ms: '12',
};

/** The span of a stream event of this kind. */
function spanOf(kind: string, more: Attributes = {}, at = 0n): Span | undefined {
  return spanOfLog({
    timeUnixNano: AT + at,
    attributes: { ...COMMON, 'event.kind': kind, ...more },
    resource: { 'service.name': 'codex_cli_rs' },
    scope: { name: '' },
  });
}

it('reads a web search as a call with its fee', () => {
  const { call, user, traceSpan } = readSpan(spanOf('response.web_search_call.completed') as Span);
  expect({
    user: user.user?.id,
    thread: traceSpan.threadId,
    model: call?.model,
    usage: call?.usage,
    cost: call && costLine(call.cost),
  }).toEqual({
    user: 'dev@b.c',
    thread: 'conv',
    model: 'gpt-5.1',
    usage: { webSearchCalls: 1 },
    cost: '0.01 list',
  });
});

it.each(['response.created', 'response.web_search_call.in_progress', 'response.web_search_call.searching'])(
  'does not read %s as a call',
  (kind) => {
    expect(spanOf(kind)).toBeUndefined();
  },
);

it('counts each search once, in addition to its request', () => {
  const spans = [
    spanOf('response.web_search_call.completed'),
    spanOf('response.web_search_call.completed', {}, 1_000_000n),
    spanOf('response.web_search_call.completed'),
    spanOf('response.completed', { input_token_count: '100' }, 2_000_000n),
  ].map((span) => readSpan(span as Span).traceSpan);
  const bySpan = new Map(spans.map((span) => [span.spanId, span]));
  const counted = [...resolveTrace([...bySpan.values()]).values()].filter((each) => each.counted);
  expect([bySpan.size, counted.length]).toEqual([3, 3]);
});
