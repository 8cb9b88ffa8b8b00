import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryTrace } from '../../testing/arbitrary-trace.ts';
import { USED, resolved } from '../../testing/make-trace.ts';
import type { ShortSpan } from '../../testing/make-trace.ts';
import { callKey } from '../calls/call.ts';
import { ownersOf, resolveTrace } from './resolve-trace.ts';

const CHEAP = { ...USED, inputTokens: 1, outputTokens: 1, usageFields: 2 };
const DEAR = {
  ...USED,
  inputTokens: 9_000_000,
  outputTokens: 1,
  usageFields: 9,
  costRank: 4,
  tierKnown: true as const,
};

const CASES: readonly { name: string; spans: readonly ShortSpan[]; expected: Record<string, string> }[] = [
  {
    name: 'a claimed call below a server’s user counts as claimed',
    spans: [
      { id: 's', user: 'v2' },
      { id: 'c', parent: 's', claimed: true, call: USED },
    ],
    expected: { 't:c': 'counted, v2, claimed, ancestor' },
  },
  {
    name: 'a claimed call that names another user, in a trace of a verified one, counts as claimed',
    spans: [
      { id: 's', user: 'v2' },
      { id: 'c', parent: 'elsewhere', user: 'thief', claimed: true, call: USED },
    ],
    expected: { 't:c': 'counted, v2, claimed, trace' },
  },
  {
    name: 'a claimed call without a user is also claimed',
    spans: [{ id: 'c', claimed: true, call: USED }],
    expected: { 't:c': 'counted, claimed, none' },
  },
  {
    name: 'a claimed record of a verified request has no effect, whatever it contains',
    spans: [
      { id: 'v', user: 'real', call: { ...CHEAP, responseId: 'r' } },
      {
        id: 'c',
        parent: 'v',
        user: 'thief',
        claimed: true,
        call: { ...DEAR, scope: 'theirs', responseId: 'r' },
      },
    ],
    expected: { 't:c': 'by t:v, real, own', 't:v': 'counted, real, own' },
  },
  {
    name: 'a claimed record is counted as claimed if only it has usage',
    spans: [
      { id: 'v', user: 'real', call: { responseId: 'r' } },
      { id: 'c', parent: 'v', claimed: true, call: { ...DEAR, scope: 'theirs', responseId: 'r' } },
    ],
    expected: { 't:c': 'counted, real, claimed, own', 't:v': 'by t:c, real, claimed, own' },
  },
  {
    name: 'claimed usage below a verified wrapper does not replace it',
    spans: [
      { id: 'w', user: 'real', call: { ...USED, wrapper: true } },
      { id: 'c', parent: 'w', claimed: true, call: { ...CHEAP, models: ['other'] } },
    ],
    expected: { 't:c': 'counted, real, claimed, ancestor', 't:w': 'counted, real, own' },
  },
  {
    name: 'a claimed wrapper above verified usage is a sum',
    spans: [
      { id: 'w', claimed: true, user: 'stated', call: { ...USED, wrapper: true } },
      { id: 'v', parent: 'w', call: USED },
    ],
    expected: { 't:v': 'counted, stated, claimed, ancestor', 't:w': 'sum, stated, claimed, own' },
  },
  {
    name: 'two claimed calls below a verified one do not make it a sum',
    spans: [
      { id: 'v', user: 'real', call: USED },
      { id: 'a', parent: 'v', claimed: true, call: CHEAP },
      { id: 'b', parent: 'v', claimed: true, call: CHEAP },
    ],
    expected: {
      't:a': 'counted, real, claimed, ancestor',
      't:b': 'counted, real, claimed, ancestor',
      't:v': 'counted, real, own',
    },
  },
  {
    name: 'a claimed “no user” on an ancestor does not remove a verified user',
    spans: [
      { id: 'n', claimed: true, none: true },
      { id: 's', user: 'real' },
      { id: 'c', parent: 'n', call: USED },
    ],
    expected: { 't:c': 'counted, real, trace' },
  },
  {
    name: 'a claimed user below a verified “no user” names no user',
    spans: [
      { id: 'n', none: true },
      { id: 'm', parent: 'n', claimed: true, user: 'stated' },
      { id: 'c', parent: 'n', call: USED },
    ],
    expected: { 't:c': 'counted, user_none' },
  },
  {
    name: 'a user that is found only through a claimed span is not verified',
    spans: [
      { id: 'a', user: 'one' },
      { id: 'b', user: 'two' },
      { id: 'm', parent: 'a', claimed: true },
      { id: 'c', parent: 'm', call: USED },
    ],
    expected: { 't:c': 'counted, one, claimed, ancestor' },
  },
  {
    name: 'a claimed thread does not replace a verified thread',
    spans: [
      { id: 's', user: 'real', thread: 'server' },
      { id: 'm', claimed: true, thread: 'browser' },
      { id: 'c', parent: 'm', call: USED },
    ],
    expected: { 't:c': 'counted, real, trace, thread server' },
  },
  {
    name: 'a claimed thread counts if the server names none',
    spans: [
      { id: 'm', claimed: true, thread: 'browser' },
      { id: 'c', parent: 'm', user: 'real', call: USED },
    ],
    expected: { 't:c': 'counted, real, own, thread browser' },
  },
  {
    name: 'a claimed version of a verified span is left out',
    spans: [
      { id: 'c', user: 'real', call: USED },
      { id: 'c', user: 'thief', claimed: true, call: DEAR },
    ],
    expected: { 't:c': 'counted, real, own' },
  },
];

describe('claimed and verified spans', () => {
  it.each(CASES)('$name', ({ spans, expected }) => {
    expect(resolved(spans)).toEqual(expected);
    expect(resolved(spans.toReversed())).toEqual(expected);
  });

  it('decides verified calls with usage as if unverified spans did not exist', () => {
    fc.assert(
      fc.property(arbitraryTrace, (spans) => {
        const all = resolveTrace(spans);
        const alone = resolveTrace(spans.filter(({ unverified }) => unverified !== true));
        for (const [key, { counted, countedBy, costFrom, userId, rule, threadId }] of alone) {
          const call = spans.find((span) => callKey(span) === key && span.unverified !== true)?.call;
          if (call === undefined || (call.usageFields === 0 && call.costRank === 0)) continue;
          const found = all.get(key);
          expect({ counted: found?.counted, countedBy: found?.countedBy, costFrom: found?.costFrom }).toEqual(
            {
              counted,
              countedBy,
              costFrom,
            },
          );
          if (userId !== undefined || rule === 'user_none') {
            expect({ userId: found?.userId, rule: found?.rule, verified: found?.verified }).toEqual({
              userId,
              rule,
              verified: true,
            });
          } else if (found?.userId !== undefined) expect(found.verified).toBe(false);
          if (threadId !== undefined) expect(found?.threadId).toBe(threadId);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('treats everything from an unverified sender as unverified', () => {
    fc.assert(
      fc.property(arbitraryTrace, (spans) => {
        const verified = new Set(spans.filter(({ unverified }) => unverified !== true).map(callKey));
        for (const [key, owner] of ownersOf(spans)) {
          if (owner.verified && owner.userId !== undefined && !verified.has(key)) {
            // Excluded: claimed records of requests that are counted by a verified record.
            expect(verified.has(resolveTrace(spans).get(key)?.countedBy ?? key)).toBe(true);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
