import { ROOT_CONTEXT } from '@opentelemetry/api';
import { describe, expect, test, vi } from 'vitest';

import { setUser, userOf } from '../user/user-context.ts';
import {
  ada,
  headersTo,
  internal,
  key,
  received,
  useUserPropagation,
} from '../../testing/user-propagation.ts';

useUserPropagation();

describe('a signed user', () => {
  const options = { send: { ...internal, keys: ['user.id', 'user.email'] }, trust: key };
  const sent = (): string =>
    headersTo('a.internal.example', options, setUser(ROOT_CONTEXT, ada))['baggage'] ?? '';
  const told = (baggage: string, trust = key): unknown => userOf(received({ baggage }, { trust }));

  test('arrives as it was sent, with other members around it', () => {
    expect(sent()).toMatch(
      /^user\.id=u1,user\.email=ada%40example\.com,userspan\.signed=1\.[\da-z]+\.[\da-f]{64}$/,
    );
    const user = { id: 'u1', props: { email: 'ada@example.com' } };
    expect(told(sent())).toEqual(user);
    expect(told(`tenant=t1,${sent()},other=1`)).toEqual(user);
  });

  test('a sender can sign with a different key than it verifies with', () => {
    const send = { ...internal, key: 'of another service' };
    const headers = headersTo('a.internal.example', { send }, setUser(ROOT_CONTEXT, ada));
    expect(told(headers['baggage'] ?? '', 'of another service')).toEqual({ id: 'u1', props: {} });
    expect(told(headers['baggage'] ?? '')).toBeUndefined();
  });

  test.each<[string, (baggage: string) => string]>([
    ['another user', (baggage) => baggage.replace('user.id=u1', 'user.id=u2')],
    ['an added property', (baggage) => `${baggage},user.name=Eve`],
    ['a missing property', (baggage) => baggage.replace(/,user\.email=[^,]*/, '')],
    ['a value under another name', (baggage) => baggage.replace('user.email=', 'user.name=')],
    ['a later expiry', (baggage) => baggage.replace(/signed=1\.[\da-z]+/, 'signed=1.zzzzzzzz')],
    ['a truncated signature', (baggage) => baggage.slice(0, -1)],
    ['another signature', (baggage) => baggage.slice(0, -1) + (baggage.endsWith('0') ? '1' : '0')],
    ['no signature', (baggage) => baggage.replace(/,userspan\.signed=.*/, '')],
    ['an empty signature', (baggage) => baggage.replace(/signed=.*/, 'signed=')],
    ['another version', (baggage) => baggage.replace('signed=1.', 'signed=2.')],
    ['two users', (baggage) => `${baggage},user.id=u2`],
  ])('is dropped with %s', (_, forge) => {
    expect(told(forge(sent()))).toBeUndefined();
  });

  test('is dropped if it was signed with another key', () => {
    expect(told(sent(), 'another key')).toBeUndefined();
  });

  test('expires after five minutes, and is not valid before its time', () => {
    vi.useFakeTimers({ now: 1_700_000_000_000 });
    const baggage = sent();
    const at = (offsetMs: number): boolean => {
      vi.setSystemTime(1_700_000_000_000 + offsetMs);
      return told(baggage) !== undefined;
    };
    expect([at(-61_000), at(-59_000), at(0), at(299_999), at(300_000), at(3e9)]).toEqual([
      false,
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
