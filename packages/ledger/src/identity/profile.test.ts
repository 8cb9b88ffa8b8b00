import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSpan } from '../../testing/make-span.ts';
import { currentProps, mergeProfiles, profileOf } from './profile.ts';
import type { Profile } from './profile.ts';
import { userOf } from './user-of.ts';
import type { Attributes } from '../span.ts';

function stated(atUnixNano: bigint, attributes: Attributes): Profile {
  const span = makeSpan(
    { 'user.id': 'u', ...attributes },
    { startTimeUnixNano: atUnixNano, endTimeUnixNano: atUnixNano },
  );
  const profile = profileOf(span, userOf(span.attributes));
  if (profile === undefined) throw new Error('the span names no user');
  return profile;
}

const plan = (value: string | null): Attributes => ({ 'userspan.user.plan': value });
const claimed: Attributes = { 'userspan.user_trust': 'claimed' };

describe('a profile', () => {
  it.each([
    {
      name: 'the latest value counts',
      stated: [stated(1n, plan('free')), stated(2n, plan('pro'))],
      props: { plan: 'pro' },
    },
    {
      name: 'the latest value by the time of the event counts',
      stated: [stated(2n, plan('pro')), stated(1n, plan('free'))],
      props: { plan: 'pro' },
    },
    { name: 'null removes', stated: [stated(1n, plan('free')), stated(2n, plan(null))], props: {} },
    {
      name: 'an older null removes nothing',
      stated: [stated(2n, plan('free')), stated(1n, plan(null))],
      props: { plan: 'free' },
    },
    {
      name: 'props that are not stated again are kept',
      stated: [stated(1n, plan('free')), stated(2n, { 'user.name': 'Ada' })],
      props: { name: 'Ada', plan: 'free' },
    },
    {
      name: 'a later claim of a browser does not replace a value of a server',
      stated: [stated(1n, plan('pro')), stated(2n, { ...plan('free'), ...claimed })],
      props: { plan: 'pro' },
    },
    {
      name: 'a claim counts until the server states a value',
      stated: [stated(1n, { ...plan('free'), ...claimed })],
      props: { plan: 'free' },
    },
  ])('$name', ({ stated, props }) => {
    expect(currentProps(stated.reduce(mergeProfiles))).toEqual(props);
    expect(currentProps(stated.toReversed().reduce(mergeProfiles))).toEqual(props);
  });

  it('has the earliest first time and the latest last time, in any order of arrival', () => {
    const { firstSeenUnixNano, lastSeenUnixNano, verified } = mergeProfiles(
      mergeProfiles(stated(5n, claimed), stated(9n, claimed)),
      stated(2n, claimed),
    );
    expect({ firstSeenUnixNano, lastSeenUnixNano, verified }).toEqual({
      firstSeenUnixNano: 2n,
      lastSeenUnixNano: 9n,
      verified: false,
    });
  });

  it('is seen from the start of a span to its end', () => {
    const seen = (end: bigint): unknown => {
      const span = makeSpan({ 'user.id': 'u' }, { startTimeUnixNano: 5n, endTimeUnixNano: end });
      const profile = profileOf(span, userOf(span.attributes));
      return [profile?.firstSeenUnixNano, profile?.lastSeenUnixNano];
    };
    expect([seen(9n), seen(2n)]).toEqual([
      [5n, 9n],
      [5n, 5n],
    ]);
  });

  it('does not exist if the span names no user', () => {
    expect(profileOf(makeSpan({}), userOf({ 'user.name': 'Ada' }))).toBeUndefined();
  });

  const arbitrarySaid = fc
    .record({
      at: fc.bigInt({ min: 0n, max: 3n }),
      props: fc.dictionary(
        fc.constantFrom('plan', 'name', '__proto__', 'constructor'),
        fc.oneof(
          fc.constantFrom('a', 'b', ''),
          fc.integer({ min: 0, max: 2 }),
          fc.boolean(),
          fc.constant(null),
        ),
      ),
      isClaimed: fc.boolean(),
    })
    .map(({ at, props, isClaimed }) => {
      const attributes = Object.entries(props).map(([name, value]) => [`userspan.user.${name}`, value]);
      return stated(at, { ...Object.fromEntries(attributes), ...(isClaimed ? claimed : {}) });
    });

  it('does not depend on the order, grouping or repetition of its spans', () => {
    fc.assert(
      fc.property(arbitrarySaid, arbitrarySaid, arbitrarySaid, (a, b, c) => {
        expect(mergeProfiles(a, b)).toEqual(mergeProfiles(b, a));
        expect(mergeProfiles(mergeProfiles(a, b), c)).toEqual(mergeProfiles(a, mergeProfiles(b, c)));
        expect(mergeProfiles(mergeProfiles(a, b), b)).toEqual(mergeProfiles(a, b));
      }),
    );
  });

  it('keeps the latest 256 props, in any order of arrival', () => {
    const parts = Array.from({ length: 300 }, (_, i) => stated(BigInt(i), { [`userspan.user.p${i}`]: i }));
    const forwards = parts.reduce(mergeProfiles);
    expect(forwards).toEqual(parts.toReversed().reduce(mergeProfiles));
    expect([forwards.props.size, forwards.props.has('p299'), forwards.props.has('p43')]).toEqual([
      256,
      true,
      false,
    ]);
  });
});
