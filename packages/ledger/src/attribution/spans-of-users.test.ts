import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryTrace } from '../../testing/arbitrary-trace.ts';
import { USED, linesOf, resolved, traceSpan } from '../../testing/make-trace.ts';
import type { ShortSpan } from '../../testing/make-trace.ts';
import { callKey } from '../calls/call.ts';
import { diffAttributions } from './diff-attributions.ts';
import { ownersOf, resolveTrace, spansOfUsers } from './resolve-trace.ts';
import type { Attribution } from './resolve-trace.ts';
import type { TraceSpan } from './trace-span.ts';

interface Case {
  readonly name: string;
  readonly spans: readonly ShortSpan[];
  /** By erased user: the removed spans, and the owners of the remaining calls. */
  readonly erased: Readonly<Record<string, readonly [gone: string, rest: Record<string, string>]>>;
}

const CASES: readonly Case[] = [
  {
    name: 'own',
    spans: [
      { id: 'r', user: 'x' },
      { id: 'c', parent: 'r', user: 'y', call: USED },
    ],
    erased: {
      x: ['r', { 't:c': 'counted, y, own' }],
      y: ['c', {}],
    },
  },
  {
    name: 'ancestor',
    spans: [
      { id: 'r', user: 'x' },
      { id: 'm', parent: 'r', user: 'y' },
      { id: 'c', parent: 'm', call: USED },
      { id: 'd', parent: 'r', call: { ...USED, startMs: 9000, endMs: 9001 } },
    ],
    erased: {
      x: ['d r', { 't:c': 'counted, y, ancestor' }],
      y: ['c m', { 't:d': 'counted, x, ancestor' }],
    },
  },
  {
    name: 'claimed on the call, below a verified user',
    spans: [
      { id: 'r', user: 'x' },
      { id: 'c', parent: 'r', user: 'y', claimed: true, call: USED },
    ],
    // The call belongs to x (claimed) and names y, so erasing either user removes it.
    erased: { x: ['c r', {}], y: ['c', {}] },
  },
  {
    name: 'claimed above, with another verified user in the trace',
    spans: [
      { id: 'r', user: 'x', claimed: true },
      { id: 's', parent: 'r', user: 'y' },
      { id: 'c', parent: 'r', call: USED },
    ],
    erased: {
      x: ['r', { 't:c': 'counted, y, trace' }],
      // r also belongs to y: the trace’s only verified user takes precedence over the claim on it.
      y: ['c r s', {}],
    },
  },
  {
    name: 'the trace’s only user',
    spans: [{ id: 'r' }, { id: 's', parent: 'r', user: 'x' }, { id: 'c', parent: 'r', call: USED }],
    erased: { x: ['c r s', {}], y: ['', { 't:c': 'counted, x, trace' }] },
  },
  {
    name: 'no user, as the application states',
    spans: [
      { id: 'r', user: 'x' },
      { id: 'n', parent: 'r', none: true },
      { id: 'c', parent: 'n', call: USED },
    ],
    erased: { x: ['r', { 't:c': 'counted, user_none' }] },
  },
  {
    name: 'no user, because the trace names two',
    spans: [
      { id: 'r' },
      { id: 's', parent: 'r', user: 'x' },
      { id: 'u', parent: 'r', user: 'y' },
      { id: 'c', parent: 'r', call: USED },
    ],
    erased: {
      x: ['s', { 't:c': 'counted, y, trace' }],
      y: ['u', { 't:c': 'counted, x, trace' }],
    },
  },
  {
    name: 'the resource',
    spans: [
      { id: 'r', resourceUser: 'x' },
      { id: 'm', parent: 'r', resourceUser: 'x', user: 'y' },
      { id: 'c', parent: 'm', call: USED },
      { id: 'd', parent: 'r', resourceUser: 'x', call: { ...USED, startMs: 9000, endMs: 9001 } },
    ],
    erased: {
      // `m` names x in its resource and is removed; after that, nothing names a user for the call below it.
      x: ['d m r', { 't:c': 'counted, none' }],
      y: ['c m', { 't:d': 'counted, x, resource' }],
    },
  },
  {
    name: 'two records of one request, one of which has the user',
    spans: [
      { id: 'c', call: { ...USED, scope: 'theirs', responseId: 'r1' } },
      { id: 'd', in: 'v', user: 'x', call: { ...USED, responseId: 'r1' } },
    ],
    erased: { x: ['t:c v:d', {}] },
  },
];

/** Span ids of trace `t` without its name. */
function shown(keys: ReadonlySet<string>, isOneTrace: boolean): string {
  return [...keys]
    .sort()
    .map((key) => (isOneTrace ? key.slice(2) : key))
    .join(' ');
}

describe('spansOfUsers', () => {
  for (const { name, spans, erased } of CASES) {
    it.each(Object.entries(erased))(`${name}: erasing %s`, (user, [gone, rest]) => {
      const full = spans.map(traceSpan);
      const found = spansOfUsers(full, new Set([user]));
      expect(
        shown(
          found,
          spans.every((span) => span.in === undefined),
        ),
      ).toBe(gone);
      const kept = full.filter((span) => !found.has(callKey(span)));
      expect(linesOf(resolveTrace(kept))).toEqual(rest);
    });
  }

  const ids = fc.subarray(['ada', 'bob', 'eve'], { minLength: 1 });

  it('keeps no span that names or belongs to the erased users, and keeps spans of other verified users', () => {
    fc.assert(
      fc.property(arbitraryTrace, ids, (spans, users) => {
        const wanted = new Set(users);
        const found = spansOfUsers(spans, wanted);
        const kept = without(spans, found);
        for (const { userId, resourceUserId } of kept) {
          expect(wanted.has(userId ?? '') || wanted.has(resourceUserId ?? '')).toBe(false);
        }
        for (const { userId } of ownersOf(kept).values()) expect(wanted.has(userId ?? '')).toBe(false);
        const names = (span: TraceSpan): boolean =>
          wanted.has(span.userId ?? '') || wanted.has(span.resourceUserId ?? '');
        for (const [key, { userId }] of ownersOf(spans)) {
          const isNamed = spans.some((span) => callKey(span) === key && names(span));
          expect(found.has(key)).toBe(isNamed || wanted.has(userId ?? ''));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('the corrected state equals a rebuild from the remaining spans', () => {
    fc.assert(
      fc.property(arbitraryTrace, ids, (spans, users) => {
        const before = resolveTrace(spans);
        const kept = without(spans, spansOfUsers(spans, new Set(users)));
        const rebuilt = resolveTrace(kept.toReversed());
        const corrected = new Map<string, Attribution>(before);
        for (const { key, after } of diffAttributions(before, resolveTrace(kept))) {
          if (after === undefined) corrected.delete(key);
          else corrected.set(key, after);
        }
        expect(linesOf(corrected)).toEqual(linesOf(rebuilt));
      }),
      { numRuns: 1000 },
    );
  });

  it('equals the owners in `resolved`', () => {
    expect(resolved([{ id: 'c', user: 'x', call: USED }])).toEqual({ 't:c': 'counted, x, own' });
    const owner = ownersOf([traceSpan({ id: 'r', user: 'x' }), traceSpan({ id: 's', parent: 'r' })]).get(
      't:s',
    );
    expect(owner).toEqual({ userId: 'x', rule: 'ancestor', verified: true, namedBy: 't:r' });
  });
});

/** The spans that remain after an erasure: both versions of a duplicate span id are removed. */
function without(spans: readonly TraceSpan[], keys: ReadonlySet<string>): readonly TraceSpan[] {
  return spans.filter((span) => !keys.has(callKey(span)));
}
