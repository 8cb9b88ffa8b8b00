import { describe, expect, it } from 'vitest';
import { USED, resolved } from '../../testing/make-trace.ts';
import type { ShortSpan } from '../../testing/make-trace.ts';

const wrapper = { ...USED, wrapper: true, operation: 'invoke_agent' } as const;
const other = { scope: 'theirs' } as const;

const CASES: readonly { name: string; spans: readonly ShortSpan[]; expected: Record<string, string> }[] = [
  {
    name: 'a wrapper with a call below it is not counted',
    spans: [
      { id: 'w', call: wrapper },
      { id: 'c', parent: 'w', call: USED },
    ],
    expected: { 't:c': 'counted, none', 't:w': 'sum, none' },
  },
  {
    name: 'a wrapper without a call below it is counted',
    spans: [{ id: 'w', call: wrapper }],
    expected: { 't:w': 'counted, none' },
  },
  {
    name: 'the innermost of nested wrappers is counted if there is no call',
    spans: [
      { id: 'v', call: wrapper },
      { id: 'w', parent: 'v', call: wrapper },
    ],
    expected: { 't:v': 'sum, none', 't:w': 'counted, none' },
  },
  {
    name: 'a wrapper provides the usage that the only call below it lacks',
    spans: [
      { id: 'w', call: { ...wrapper, operation: 'chat' } },
      { id: 'x', parent: 'w' },
      { id: 'c', parent: 'x', call: {} },
    ],
    expected: { 't:c': 'by t:w, none', 't:w': 'counted, none' },
  },
  {
    name: 'a failed and a successful attempt below a wrapper',
    spans: [
      { id: 'w', call: wrapper },
      { id: 'a', parent: 'w', call: { failed: true } },
      { id: 'b', parent: 'w', call: USED },
    ],
    expected: { 't:a': 'counted, none', 't:b': 'counted, none', 't:w': 'sum, none' },
  },
  {
    name: 'a call inside a call of the same model is one call',
    spans: [
      { id: 'a', call: { ...USED, ...other } },
      { id: 'b', parent: 'a', call: { ...USED, usageFields: 4 } },
    ],
    expected: { 't:a': 'by t:b, none', 't:b': 'counted, none' },
  },
  {
    name: 'three nested records are one call',
    spans: [
      { id: 'a', call: { ...USED, ...other } },
      { id: 'b', parent: 'a', call: { ...USED, scope: 'third' } },
      { id: 'c', parent: 'b', call: { ...USED, tierKnown: true } },
    ],
    expected: { 't:a': 'by t:c, none', 't:b': 'by t:c, none', 't:c': 'counted, none' },
  },
  {
    name: 'the record with usage is counted, and the other one provides the user',
    spans: [
      { id: 'a', user: 'u', call: { ...other } },
      { id: 'b', parent: 'a', call: USED },
    ],
    expected: { 't:a': 'by t:b, u, own', 't:b': 'counted, u, own' },
  },
  {
    name: 'a cost that the provider stated is taken from the record that has it',
    spans: [
      { id: 'a', call: { ...other, costRank: 3 } },
      { id: 'b', parent: 'a', call: { ...USED, tierKnown: true } },
    ],
    expected: { 't:a': 'by t:b, none', 't:b': 'counted, cost of t:a, none' },
  },
  {
    name: 'a call without a price in its tier is not priced by the list without the tier',
    spans: [
      { id: 'a', call: { ...USED, ...other } },
      { id: 'b', parent: 'a', call: { ...USED, costRank: 0, tierKnown: true } },
    ],
    expected: { 't:a': 'by t:b, none', 't:b': 'counted, none' },
  },
  {
    name: 'an embedding below a chat is a separate call',
    spans: [
      { id: 'a', call: USED },
      {
        id: 'b',
        parent: 'a',
        call: { ...USED, operation: 'embeddings', models: ['text-embedding-3-small'] },
      },
    ],
    expected: { 't:a': 'counted, none', 't:b': 'counted, none' },
  },
  {
    name: 'a call of another model below a call is a separate call',
    spans: [
      { id: 'a', call: USED },
      { id: 'b', parent: 'a', call: { ...USED, models: ['gpt-4o'] } },
    ],
    expected: { 't:a': 'counted, none', 't:b': 'counted, none' },
  },
  {
    name: 'a call above two calls of the same model is not counted',
    spans: [
      { id: 'a', call: { ...USED, ...other } },
      { id: 'b', parent: 'a', call: USED },
      { id: 'c', parent: 'a', call: USED },
    ],
    expected: { 't:a': 'sum, none', 't:b': 'counted, none', 't:c': 'counted, none' },
  },
  {
    name: 'two attempts below a call, one successful',
    spans: [
      { id: 'a', call: { ...USED, ...other } },
      { id: 'b', parent: 'a', call: { failed: true } },
      { id: 'c', parent: 'a', call: { ...USED, usageFields: 3 } },
    ],
    expected: { 't:a': 'by t:c, none', 't:b': 'counted, none', 't:c': 'counted, none' },
  },
  {
    name: 'of several calls below a call, the one with the same response id is the duplicate',
    spans: [
      { id: 'a', call: { ...USED, ...other, responseId: 'r2' } },
      { id: 'b', parent: 'a', call: { ...USED, responseId: 'r1' } },
      { id: 'c', parent: 'a', call: { ...USED, usageFields: 3, responseId: 'r2' } },
    ],
    expected: { 't:a': 'by t:c, none', 't:b': 'counted, none', 't:c': 'counted, none' },
  },
  {
    name: 'no nested wrapper above the calls is counted',
    spans: [
      { id: 'w', call: wrapper },
      { id: 'a0', parent: 'w', call: { ...USED, scope: 'third' } },
      { id: 'a', parent: 'a0', call: { ...USED, ...other } },
      { id: 'b', parent: 'a', call: USED },
      { id: 'c', parent: 'a', call: USED },
    ],
    expected: {
      't:a': 'sum, none',
      't:a0': 'sum, none',
      't:b': 'counted, none',
      't:c': 'counted, none',
      't:w': 'sum, none',
    },
  },
];

describe('records of one request', () => {
  it.each(CASES)('$name', ({ spans, expected }) => {
    expect(resolved(spans)).toEqual(expected);
    expect(resolved(spans.toReversed())).toEqual(expected);
  });
});
