import { currentUser, identify, openThread, trackFeedback, wrapAgent } from '@userspan/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type Tracing, NO_USER, byName, listen, mark } from './tracing.ts';

const throwing = {
  before: 1,
  get bad(): never {
    throw new Error('getter');
  },
};

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

interface Row {
  readonly id: unknown;
  readonly props?: unknown;
  /** The expected currentUser(); absent for no user. */
  readonly user?: { readonly id: string; readonly props: Readonly<Record<string, unknown>> };
  readonly warnings?: number;
}

const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`p${i}`, i]));
const long = 'x'.repeat(10_000);

const rows: Record<string, Row> = {
  'a plain id': { id: 'u1', user: { id: 'u1', props: {} } },
  'a number': { id: 42, user: { id: '42', props: {} } },
  zero: { id: 0, user: { id: '0', props: {} } },
  'a bigint': { id: 12345678901234567890n, user: { id: '12345678901234567890', props: {} } },
  'CJK and emoji': {
    id: '你好👋',
    props: { name: '王小明' },
    user: { id: '你好👋', props: { name: '王小明' } },
  },
  'CRLF and NUL': {
    id: 'a\r\nb\0c',
    props: { name: 'x\r\ny' },
    user: { id: 'a\r\nb\0c', props: { name: 'x\r\ny' } },
  },
  'what baggage is written with': { id: 'a=b,c;d%e f', user: { id: 'a=b,c;d%e f', props: {} } },
  'an id of 1,024 characters': { id: 'x'.repeat(1024), user: { id: 'x'.repeat(1024), props: {} } },
  'a longer id': { id: 'x'.repeat(1025), warnings: 1 },
  'a lone surrogate in the id': { id: 'a\uD800', warnings: 1 },
  'a lone surrogate in a prop': {
    id: 'u',
    props: { name: 'a\uDC00b' },
    user: { id: 'u', props: { name: 'a\uFFFDb' } },
  },
  'an empty id': { id: '', warnings: 1 },
  undefined: { id: undefined, warnings: 1 },
  null: { id: null },
  NaN: { id: Number.NaN, warnings: 1 },
  'a fraction': { id: 1.5, warnings: 1 },
  'a number past what is exact': { id: 2 ** 53, warnings: 1 },
  'an object': { id: { id: 'u' }, warnings: 1 },
  'an array': { id: ['u'], warnings: 1 },
  'a boolean': { id: true, warnings: 1 },
  'a symbol': { id: Symbol('u'), warnings: 1 },
  'props that are absent': { id: 'u', props: { email: undefined, name: null }, user: { id: 'u', props: {} } },
  'props that cannot be kept': {
    id: 'u',
    props: { a: {}, b: [], c: Number.NaN, d: () => {}, e: Symbol('e'), f: 1n, g: new Date(0), ok: true },
    user: { id: 'u', props: { ok: true } },
    warnings: 1,
  },
  'a prop of 10 kB': {
    id: 'u',
    props: { bio: long, plan: 'pro' },
    user: { id: 'u', props: { plan: 'pro' } },
    warnings: 1,
  },
  '300 props': {
    id: 'u',
    props: many,
    user: { id: 'u', props: Object.fromEntries(Object.entries(many).slice(0, 64)) },
    warnings: 1,
  },
  'a getter that throws': { id: 'u', props: throwing, user: { id: 'u', props: { before: 1 } }, warnings: 1 },
  __proto__: {
    id: 'u',
    props: JSON.parse('{"__proto__":{"admin":true},"constructor":"c","toString":"t","ok":1}'),
    user: { id: 'u', props: { constructor: 'c', toString: 't', ok: 1 } },
    warnings: 1,
  },
  'names with control characters': {
    id: 'u',
    props: { 'a\r\nb': 1, '': 2, 'ä ö': 3 },
    user: { id: 'u', props: { 'ä ö': 3 } },
    warnings: 1,
  },
  'props that are no object': { id: 'u', props: 'pro', user: { id: 'u', props: {} }, warnings: 1 },
  'props that are a list': { id: 'u', props: ['pro'], user: { id: 'u', props: {} }, warnings: 1 },
  'a revoked proxy': { id: 'u', props: revoked(), user: { id: 'u', props: {} }, warnings: 1 },
  'an id that is a revoked proxy': { id: revoked(), warnings: 1 },
  'a proxy that throws': {
    id: 'u',
    props: new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
      },
    ),
    user: { id: 'u', props: {} },
    warnings: 1,
  },
};

/** Values that a form could send. */
export function hostileCases(tracing: Tracing): void {
  describe('identify takes', () => {
    beforeEach(() => tracing.start());
    afterEach(() => tracing.stop());

    test.each(Object.entries(rows))('%s', (_, { id, props, user, warnings = 0 }) => {
      const heard = listen(tracing);
      const seen = identify('outer', { stranger: true }, () =>
        identify(id as string, props as Record<string, unknown>, () => {
          mark(tracing, 'work');
          return currentUser();
        }),
      );
      expect(seen).toEqual(user);
      expect(heard.filter((line) => !line.includes('propagator'))).toHaveLength(warnings);
      const expected: Record<string, unknown> = user === undefined ? { ...NO_USER } : { 'user.id': user.id };
      for (const [name, value] of Object.entries(user?.props ?? {})) {
        expected[name === 'name' || name === 'email' ? `user.${name}` : `userspan.user.${name}`] = value;
      }
      expect(byName(tracing)['work']).toEqual(expected);
    });

    test('props that change later do not change the user', () => {
      const props = { plan: 'pro' };
      identify('u', props, () => {
        props.plan = 'free';
        mark(tracing, 'work');
        expect(() => Object.assign(currentUser()?.props ?? {}, { plan: 'free' })).toThrow(TypeError);
      });
      expect(byName(tracing)['work']).toEqual({ 'user.id': 'u', 'userspan.user.plan': 'pro' });
    });

    test('what no one can look at passes as it is, too', async () => {
      const proxy = revoked();
      expect(identify('u', () => proxy) === proxy).toBe(true);
      const run = wrapAgent(() => {
        throw Object.create(proxy);
      });
      await expect(run().then(String, () => 'rejected')).resolves.toBe('rejected');
      expect(() => trackFeedback(proxy as never, { thumb: 'up' })).not.toThrow();
      expect(() => trackFeedback('m', proxy as never)).not.toThrow();
      expect(openThread({ id: 't', tags: proxy as never }).id).toBe('t');
    });

    test('an error of the function passes as it is', () => {
      const error = new Error('mine');
      expect(() =>
        identify('u', () => {
          throw error;
        }),
      ).toThrow(error);
      expect(currentUser()).toBeUndefined();
    });
  });
}
