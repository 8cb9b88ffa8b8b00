import { describe, expect, it } from 'vitest';
import { USED, resolved } from '../../testing/make-trace.ts';
import type { ShortSpan } from '../../testing/make-trace.ts';
import { isUniqueId } from './same-request.ts';

const other = { scope: 'theirs' } as const;
const UNIQUE = 'chatcmpl-BvR3kQ9xWm2LpZ7nYt4Jc8Hd1Fs5A';

const CASES: readonly { name: string; spans: readonly ShortSpan[]; expected: Record<string, string> }[] = [
  {
    name: 'two traces with a unique id, and clocks that differ by a minute',
    spans: [
      {
        id: 'a',
        in: 'v',
        user: 'u',
        call: { ...USED, ...other, responseId: UNIQUE, startMs: 0, endMs: 100 },
      },
      { id: 'b', call: { ...USED, responseId: UNIQUE, tierKnown: true, startMs: 60_000, endMs: 60_100 } },
    ],
    expected: { 't:b': 'counted, u, own', 'v:a': 'by t:b, u, own' },
  },
  {
    name: 'a unique id, from a cache an hour later',
    spans: [
      { id: 'a', in: 'v', call: { ...USED, ...other, responseId: UNIQUE, startMs: 0, endMs: 100 } },
      { id: 'b', call: { ...USED, responseId: UNIQUE, startMs: 3_600_000, endMs: 3_600_100 } },
    ],
    expected: { 't:b': 'counted, none', 'v:a': 'counted, none' },
  },
  {
    name: 'two records of each of two requests, the second answered by a cache within minutes: each matches the nearest',
    spans: [
      {
        id: 'a',
        in: 'v',
        user: 'u',
        call: { ...USED, ...other, responseId: UNIQUE, startMs: 0, endMs: 100 },
      },
      {
        id: 'b',
        in: 'v',
        user: 'u',
        call: { ...USED, responseId: UNIQUE, tierKnown: true, startMs: 9, endMs: 90 },
      },
      { id: 'c', user: 'w', call: { ...USED, ...other, responseId: UNIQUE, startMs: 60_000, endMs: 60_100 } },
      {
        id: 'd',
        user: 'w',
        call: { ...USED, responseId: UNIQUE, tierKnown: true, startMs: 60_009, endMs: 60_090 },
      },
    ],
    expected: {
      't:c': 'by t:d, w, own',
      't:d': 'counted, w, own',
      'v:a': 'by v:b, u, own',
      'v:b': 'counted, u, own',
    },
  },
];

describe('a globally unique id', () => {
  it.each(CASES)('$name', ({ spans, expected }) => {
    expect(resolved(spans)).toEqual(expected);
  });

  it.each([
    'req_011CVx7Qm2fJ8kLwT5nRdS9a',
    'msg_01XFDUDYJgAACzvnptvVoYEL',
    'chatcmpl-BvR3kQ9xWm2LpZ7nYt4Jc8Hd1Fs5A',
    'resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b',
    'gen-1735317796-DuTGJ8sKq2xVbNmLpRwZ',
    'chatcmpl-3f2b8a9e-6c1d-4e7f-9b0a-5d8c7e6f1a2b',
  ])('%s', (id) => expect(isUniqueId(id)).toBe(true));

  it.each([
    '',
    'r1',
    'chatcmpl-123',
    'chatcmpl-999',
    'cmpl-00000000000000000000000000000000',
    '12345678901234567890123456789012'.replaceAll(/[4-9]/g, '0'),
    'this-is-the-answer-of-my-test-server',
    'ыыыыыыыыыыыыыыыыыыыыыыыыыыыыыыыыы1',
    '-'.repeat(1000),
  ])('%j is not unique', (id) => expect(isUniqueId(id)).toBe(false));
});
