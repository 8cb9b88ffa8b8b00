import { describe, expect, it } from 'vitest';
import { USED, resolved } from '../../testing/make-trace.ts';
import type { ShortSpan } from '../../testing/make-trace.ts';

const other = { scope: 'theirs' } as const;
const FAILED = { failed: true } as const;

const CASES: readonly { name: string; spans: readonly ShortSpan[]; expected: Record<string, string> }[] = [
  {
    name: 'siblings with one response id, of two instrumentations',
    spans: [
      { id: 'a', call: { ...USED, ...other, responseId: 'r' } },
      { id: 'b', call: { ...USED, responseId: 'r', tierKnown: true } },
    ],
    expected: { 't:a': 'by t:b, none', 't:b': 'counted, none' },
  },
  {
    name: 'in two traces with one response id: user from one, usage from the other',
    spans: [
      { id: 'a', in: 'v', user: 'u', call: { ...other, responseId: 'r' } },
      { id: 'b', in: 't', call: { ...USED, responseId: 'r' } },
    ],
    expected: { 't:b': 'counted, u, own', 'v:a': 'by t:b, u, own' },
  },
  {
    name: 'a server that gives all responses the same id: consecutive calls',
    spans: [
      { id: 'a', call: { ...USED, responseId: 'r', startMs: 0, endMs: 100 } },
      { id: 'b', call: { ...USED, ...other, responseId: 'r', startMs: 500, endMs: 600 } },
    ],
    expected: { 't:a': 'counted, none', 't:b': 'counted, none' },
  },
  {
    name: 'a server that gives all responses the same id: concurrent calls, one instrumentation',
    spans: [
      { id: 'a', call: { ...USED, responseId: 'r' } },
      { id: 'b', call: { ...USED, responseId: 'r' } },
    ],
    expected: { 't:a': 'counted, none', 't:b': 'counted, none' },
  },
  {
    name: 'siblings without an id and with equal usage, of two instrumentations',
    spans: [
      { id: 'r', user: 'u' },
      { id: 'a', parent: 'r', call: { ...USED, ...other, startMs: 999, endMs: 2001 } },
      { id: 'b', parent: 'r', call: { ...USED, responseId: 'r', tierKnown: true } },
    ],
    expected: { 't:a': 'by t:b, u, ancestor', 't:b': 'counted, u, ancestor' },
  },
  {
    name: 'roots of two traces without an id and with equal usage, of one process',
    spans: [
      { id: 'a', in: 'v', user: 'u', call: { ...USED, ...other, startMs: 999, endMs: 2001 } },
      { id: 'b', call: { ...USED, responseId: 'r', tierKnown: true } },
    ],
    expected: { 't:b': 'counted, u, own', 'v:a': 'by t:b, u, own' },
  },
  {
    name: 'a failed call recorded by a handler, and by the client below the request span',
    spans: [
      { id: 'r' },
      { id: 'chain', parent: 'r', user: 'u' },
      { id: 'a', parent: 'chain', user: 'u', call: { ...FAILED, ...other, startMs: 990, endMs: 2010 } },
      { id: 'b', parent: 'r', call: FAILED },
    ],
    expected: { 't:a': 'counted, u, own', 't:b': 'by t:a, u, own' },
  },
  {
    name: 'a failed call without an outer span, recorded by a handler and by the client: one failure id',
    spans: [
      {
        id: 'a',
        in: 'v',
        user: 'u',
        call: { ...FAILED, ...other, failureId: 'f', startMs: 990, endMs: 2010 },
      },
      { id: 'b', call: { ...FAILED, failureId: 'f' } },
    ],
    expected: { 't:b': 'by v:a, u, own', 'v:a': 'counted, u, own' },
  },
  {
    name: 'concurrent failed calls of two requests, with two failure ids',
    spans: [
      {
        id: 'a',
        in: 'v',
        user: 'u',
        call: { ...FAILED, ...other, failureId: 'f', startMs: 990, endMs: 2010 },
      },
      { id: 'b', call: { ...FAILED, failureId: 'g' } },
    ],
    expected: { 't:b': 'counted, none', 'v:a': 'counted, u, own' },
  },
  {
    name: 'in two traces with one response id and two users: the user of the call takes precedence over the user of the context',
    spans: [
      { id: 'z', in: 'v', user: 'u', userOnCall: true, call: { ...other, responseId: 'r' } },
      { id: 'b', in: 't', user: 'w', call: { ...USED, responseId: 'r' } },
    ],
    expected: { 't:b': 'counted, u, own', 'v:z': 'by t:b, u, own' },
  },
  {
    name: 'siblings with one response id and two users: the user of the call takes precedence over the user of the context',
    spans: [
      { id: 'p', user: 'w' },
      { id: 'y', parent: 'p', user: 'w', call: { ...USED, responseId: 'r' } },
      { id: 'z', parent: 'p', user: 'u', userOnCall: true, call: { ...other, responseId: 'r' } },
    ],
    expected: { 't:y': 'counted, u, own', 't:z': 'by t:y, u, own' },
  },
  {
    name: 'failed calls of two chains, each with a record of the client: the nearest in time match',
    spans: [
      { id: 'r' },
      { id: 'c1', parent: 'r', user: 'u' },
      { id: 'a1', parent: 'c1', user: 'u', call: { ...FAILED, ...other, startMs: 1000, endMs: 1100 } },
      { id: 'b1', parent: 'r', call: { ...FAILED, startMs: 1001, endMs: 1099 } },
      { id: 'c2', parent: 'r', user: 'v' },
      { id: 'a2', parent: 'c2', user: 'v', call: { ...FAILED, ...other, startMs: 3000, endMs: 3100 } },
      { id: 'b2', parent: 'r', call: { ...FAILED, startMs: 3001, endMs: 3099 } },
    ],
    expected: {
      't:a1': 'counted, u, own',
      't:a2': 'counted, v, own',
      't:b1': 'by t:a1, u, own',
      't:b2': 'by t:a2, v, own',
    },
  },
  {
    name: 'a failed call of one instrumentation, and one of another instrumentation that is not an ancestor or sibling',
    spans: [
      { id: 'r' },
      { id: 'c1', parent: 'r', user: 'u' },
      { id: 'c2', parent: 'r' },
      { id: 'a', parent: 'c1', call: { ...FAILED, ...other } },
      { id: 'b', parent: 'c2', call: FAILED },
    ],
    expected: { 't:a': 'counted, u, ancestor', 't:b': 'counted, u, trace' },
  },
  {
    name: 'siblings with equal usage, of two users',
    spans: [
      { id: 'a', user: 'u', call: { ...USED, ...other } },
      { id: 'b', user: 'v', call: USED },
    ],
    expected: { 't:a': 'counted, u, own', 't:b': 'counted, v, own' },
  },
  {
    name: 'roots of one user, one without usage',
    spans: [
      { id: 'a', in: 'v', user: 'u', call: { ...other, startMs: 999, endMs: 2001 } },
      { id: 'b', user: 'u', call: { ...USED, responseId: 'r' } },
    ],
    expected: { 't:b': 'counted, u, own', 'v:a': 'by t:b, u, own' },
  },
  {
    name: 'roots of two users, one without usage',
    spans: [
      { id: 'a', in: 'v', user: 'u', call: { ...other, startMs: 999, endMs: 2001 } },
      { id: 'b', call: { ...USED, responseId: 'r' } },
    ],
    expected: { 't:b': 'counted, none', 'v:a': 'counted, u, own' },
  },
  {
    name: 'an embedding that one instrumentation records as a chat',
    spans: [
      { id: 'r' },
      { id: 'a', parent: 'r', call: { ...other, models: ['text-embedding-3-small'] } },
      {
        id: 'b',
        parent: 'r',
        call: { ...USED, operation: 'embeddings', models: ['text-embedding-3-small'] },
      },
    ],
    expected: { 't:a': 'by t:b, none', 't:b': 'counted, none' },
  },
  {
    name: 'siblings below one span, recorded by two set-ups in one process',
    spans: [
      { id: 'r' },
      { id: 'a', parent: 'r', call: { ...USED, ...other, source: 'b////' } },
      { id: 'b', parent: 'r', call: { ...USED, tierKnown: true } },
    ],
    expected: { 't:a': 'by t:b, none', 't:b': 'counted, none' },
  },
  {
    name: 'below two spans, of two processes, with equal usage',
    spans: [
      { id: 'r' },
      { id: 'x', parent: 'r' },
      { id: 'a', parent: 'x', call: { ...USED, ...other, source: 'b////' } },
      { id: 'b', parent: 'r', call: USED },
    ],
    expected: { 't:a': 'counted, none', 't:b': 'counted, none' },
  },
  {
    name: 'equal records of two processes are two calls',
    spans: [
      { id: 'a', in: 'v', call: { ...USED, ...other, source: 'b////' } },
      { id: 'b', call: { ...USED, responseId: 'r' } },
    ],
    expected: { 't:b': 'counted, none', 'v:a': 'counted, none' },
  },
  {
    name: 'siblings with different usage are two calls',
    spans: [
      { id: 'a', call: { ...USED, ...other, inputTokens: 20 } },
      { id: 'b', call: USED },
    ],
    expected: { 't:a': 'counted, none', 't:b': 'counted, none' },
  },
  {
    name: 'two concurrent calls, each recorded twice: each record matches the nearest',
    spans: [
      { id: 'r' },
      { id: 'a1', parent: 'r', call: { ...USED, ...other, startMs: 999, endMs: 1501 } },
      { id: 'a2', parent: 'r', call: { ...USED, startMs: 1000, endMs: 1500 } },
      { id: 'b1', parent: 'r', call: { ...USED, ...other, startMs: 1002, endMs: 2001 } },
      { id: 'b2', parent: 'r', call: { ...USED, startMs: 1003, endMs: 2000 } },
    ],
    expected: {
      't:a1': 'counted, none',
      't:a2': 'by t:a1, none',
      't:b1': 'counted, none',
      't:b2': 'by t:b1, none',
    },
  },
  {
    name: 'siblings below one span, one record without usage',
    spans: [
      { id: 'r' },
      { id: 'a', parent: 'r', call: { ...other, startMs: 999, endMs: 2001 } },
      { id: 'b', parent: 'r', call: USED },
    ],
    expected: { 't:a': 'by t:b, none', 't:b': 'counted, none' },
  },
  {
    name: 'consecutive calls below one span, one without usage, are two calls',
    spans: [
      { id: 'r' },
      { id: 'a', parent: 'r', call: { ...other, failed: true, startMs: 0, endMs: 900 } },
      { id: 'b', parent: 'r', call: USED },
    ],
    expected: { 't:a': 'counted, none', 't:b': 'counted, none' },
  },
  {
    name: 'sibling calls of one instrumentation are separate calls',
    spans: [
      { id: 'r' },
      { id: 'a', parent: 'r', call: USED },
      { id: 'b', parent: 'r', call: USED },
      { id: 'c', parent: 'r', call: {} },
    ],
    expected: { 't:a': 'counted, none', 't:b': 'counted, none', 't:c': 'counted, none' },
  },
];

describe('sibling records of one request', () => {
  it.each(CASES)('$name', ({ spans, expected }) => {
    expect(resolved(spans)).toEqual(expected);
    expect(resolved(spans.toReversed())).toEqual(expected);
  });
});
