import { ROOT_CONTEXT, propagation } from '@opentelemetry/api';
import { expect, test, vi } from 'vitest';

import { LazyBaggage } from './lazy-baggage.ts';
import { withUserMembers, withoutUserMembers } from './user-baggage.ts';

const entries = { a: { value: '1' }, b: { value: '2' } };
const names = (baggage: { getAllEntries(): [string, unknown][] }): string[] =>
  baggage.getAllEntries().map(([name]) => name);

test('lazy baggage is created once, on the first read, and behaves like other baggage', () => {
  const make = vi.fn(() => propagation.createBaggage(entries));
  const makeWithoutUser = vi.fn(() => propagation.createBaggage({ b: { value: '2' } }));
  let holdsUser = true;
  const baggage = new LazyBaggage(make, makeWithoutUser, () => holdsUser);
  expect(make).not.toHaveBeenCalled();
  expect(baggage.getEntry('a')).toEqual({ value: '1' });
  expect(baggage.getEntry('c')).toBeUndefined();
  expect(names(baggage.setEntry('c', { value: '3' }))).toEqual(['a', 'b', 'c']);
  expect(names(baggage.removeEntry('a'))).toEqual(['b']);
  expect(names(baggage.removeEntries('a', 'b'))).toEqual([]);
  expect(names(baggage.clear())).toEqual([]);
  expect(names(baggage)).toEqual(['a', 'b']);
  expect(make).toHaveBeenCalledTimes(1);
  holdsUser = false;
  expect(names(baggage)).toEqual(['b']);
  expect(names(baggage.setEntry('c', { value: '3' }))).toEqual(['b', 'c']);
  expect(makeWithoutUser).toHaveBeenCalledTimes(1);
  holdsUser = true;
  expect(names(baggage)).toEqual(['a', 'b']);
});

test('removing a user keeps entries that other code wrote before and after the user was set', () => {
  const before = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ tenant: { value: 't' } }));
  const named = withUserMembers(before, { names: ['user.id', 'userspan.user.n'], values: ['u', 7] });
  const after = propagation.setBaggage(
    named,
    (propagation.getBaggage(named) ?? propagation.createBaggage()).setEntry('late', { value: 'l' }),
  );
  expect(propagation.getBaggage(after)?.getAllEntries()).toEqual([
    ['tenant', { value: 't' }],
    ['user.id', { value: 'u' }],
    ['userspan.user.n', { value: '7' }],
    ['late', { value: 'l' }],
  ]);
  expect(names(propagation.getBaggage(withoutUserMembers(after)) ?? propagation.createBaggage())).toEqual([
    'tenant',
    'late',
  ]);
  expect(withoutUserMembers(before)).toBe(before);
});
