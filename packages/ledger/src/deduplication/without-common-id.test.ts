import { describe, expect, it } from 'vitest';
import { USED, resolved } from '../../testing/make-trace.ts';
import type { ShortSpan } from '../../testing/make-trace.ts';
import type { TraceCall } from '../index.ts';

// An embedding has no id, and events of clients such as PostHog's and Lunary's do not name their process. Two
// applications with equal requests at the same moment send the same records as one application that records a request
// twice. Only a common parent shows that two records are one request.

const EMBEDDING: Partial<TraceCall> = {
  ...USED,
  operation: 'embeddings',
  models: ['text-embedding-3-small'],
  inputTokens: 8,
  outputTokens: 0,
  usageFields: 1,
};

/** As the instrumentation records it, below a span of the application. */
function span(id: string, short: Partial<ShortSpan> = {}): ShortSpan {
  return { id, parent: 'r', ...short, call: { ...EMBEDDING, ...short.call } };
}

/** The same without a span of the application. */
function rootSpan(id: string, trace = 't'): ShortSpan {
  return { id, in: trace, call: EMBEDDING };
}

/** As a client's event describes it: a millisecond longer, from an unknown process, below the same span. */
function event(id: string, short: Partial<ShortSpan> = {}): ShortSpan {
  const times = { startMs: 999, endMs: 2001 };
  return {
    id,
    parent: 'r',
    ...short,
    call: { ...EMBEDDING, scope: 'posthog', source: '', ...times, ...short.call },
  };
}

const root: ShortSpan = { id: 'r' };
/** The event without a known parent. */
const alone: Partial<ShortSpan> = { in: 'v', parent: 'p' };
const early = { startMs: 1000, endMs: 1500 };
const late = { startMs: 1003, endMs: 2000 };
const failed = { inputTokens: 0, outputTokens: 0, usageFields: 0, costRank: 0, failed: true } as const;

const CASES: readonly {
  name: string;
  spans: readonly ShortSpan[];
  counted: number;
  /** Number of counted calls with usage; all by default. */
  used?: number;
}[] = [
  {
    name: 'in two traces, which two applications could send',
    spans: [root, span('a'), event('b', alone)],
    counted: 2,
  },
  {
    name: 'in two traces, and the span is a root',
    spans: [rootSpan('a'), event('b', alone)],
    counted: 2,
  },
  {
    name: 'in two traces, of one user',
    spans: [root, span('a', { user: 'u' }), event('b', { ...alone, user: 'u' })],
    counted: 2,
  },
  {
    name: 'two concurrent applications, one with both records',
    spans: [root, span('a'), event('b'), rootSpan('c', 'v')],
    counted: 2,
  },
  {
    name: 'two concurrent applications, one with the span and one with the event',
    spans: [root, span('a'), { id: 'q', in: 'v' }, event('b', { in: 'v', parent: 'q' })],
    counted: 2,
  },
  {
    name: 'in one trace below two spans',
    spans: [root, { id: 'q', parent: 'r' }, span('a'), event('b', { parent: 'q' })],
    counted: 2,
  },
  { name: 'below one span', spans: [root, span('a'), event('b')], counted: 1 },
  { name: 'below a span that is never received', spans: [span('a'), event('b')], counted: 1 },
  {
    name: 'below one span, where only the event names a user',
    spans: [root, span('a'), event('b', { user: 'u' })],
    counted: 1,
  },
  {
    name: 'below one span, of two users',
    spans: [root, span('a', { user: 'u' }), event('b', { user: 'v' })],
    counted: 2,
  },
  {
    name: 'below one span, of two models',
    spans: [root, span('a'), event('b', { call: { models: ['text-embedding-3-large'] } })],
    counted: 2,
  },
  {
    name: 'below one span, with different usage',
    spans: [root, span('a'), event('b', { call: { inputTokens: 9 } })],
    counted: 2,
  },
  {
    name: 'below one span, consecutively',
    spans: [root, span('a'), event('b', { call: { startMs: 2500, endMs: 3500 } })],
    counted: 2,
  },
  { name: 'below one span, two events of one client', spans: [root, event('a'), event('b')], counted: 2 },
  {
    name: 'below one span, two concurrent requests, each recorded twice',
    spans: [
      root,
      span('a', { call: early }),
      event('b', { call: { startMs: 999, endMs: 1501 } }),
      span('c', { call: late }),
      event('d', { call: { startMs: 1002, endMs: 2001 } }),
    ],
    counted: 2,
  },
  {
    name: 'below one span, three equal concurrent requests, each recorded twice',
    spans: [root, span('a'), span('b'), span('c'), event('d'), event('e'), event('f')],
    counted: 3,
  },
  {
    name: 'below one span, three equal concurrent requests, one of them recorded by the client',
    spans: [root, span('a'), span('b'), span('c'), event('d')],
    counted: 3,
  },
  {
    name: 'below one span, a request and its retry by the application, each recorded twice',
    spans: [
      root,
      span('a'),
      event('b'),
      span('c', { call: { startMs: 2002, endMs: 3000 } }),
      event('d', { call: { startMs: 2001, endMs: 3001 } }),
    ],
    counted: 2,
  },
  {
    name: 'below one span, a failed request, recorded twice',
    spans: [root, span('a', { call: failed }), event('b', { call: failed })],
    counted: 1,
    used: 0,
  },
  {
    name: 'below one span, a failed request and its retry, each recorded twice',
    spans: [
      root,
      span('a', { call: { ...failed, startMs: 1000, endMs: 1100 } }),
      event('b', { call: { ...failed, startMs: 999, endMs: 1101 } }),
      span('c', { call: { startMs: 1102, endMs: 2000 } }),
      event('d', { call: { startMs: 1101, endMs: 2001 } }),
    ],
    counted: 2,
    used: 1,
  },
  {
    name: 'below one span, a failed and a successful concurrent request, each recorded twice',
    spans: [
      root,
      span('a', { call: { ...failed, startMs: 1001, endMs: 2002 } }),
      event('b', { call: { ...failed, startMs: 1002, endMs: 2003 } }),
      span('c', { call: { startMs: 1002, endMs: 2003 } }),
      event('d', { call: { startMs: 1001, endMs: 2002 } }),
    ],
    counted: 2,
    used: 1,
  },
];

describe('records of an instrumentation and another client without a common id', () => {
  it.each(CASES)('$name', ({ spans, counted, used = counted }) => {
    const withUsage = new Set(
      spans
        .filter(({ call }) => (call?.usageFields ?? 0) > 0)
        .map(({ id, in: trace = 't' }) => `${trace}:${id}`),
    );
    for (const ordered of [spans, spans.toReversed()]) {
      const keys = Object.entries(resolved(ordered)).flatMap(([key, line]) =>
        line.startsWith('counted') ? [key] : [],
      );
      expect([keys.length, keys.filter((key) => withUsage.has(key)).length]).toEqual([counted, used]);
    }
  });
});
