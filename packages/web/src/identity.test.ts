import { describe, expect, test } from 'vitest';

import { CHROMIUM, NO_CHROMIUM } from '../testing/chromium.ts';
import { pageUnderTest } from '../testing/page-under-test.ts';

describe.skipIf(CHROMIUM === undefined)(`identity, in Chromium (otherwise: ${NO_CHROMIUM})`, () => {
  const under = pageUnderTest();

  test('identify() sends the user, marked as claimed, and the previous anonymous id', async () => {
    const { page, site } = under;
    await under.init();
    const anonymous = await page.evaluate(() => userspan.init({ endpoint: '/' }).currentUser().id);
    expect(anonymous).toMatch(/^anon_[\da-f]{32}$/);
    await page.evaluate(() =>
      userspan.identify('u42', { name: 'Ada', email: 'ada@example.com', plan: 'pro', seats: 3 }),
    );
    const [span] = await under.arrived(1);
    expect(span).toEqual({
      name: 'userspan.identify',
      traceId: expect.stringMatching(/^[\da-f]{32}$/),
      spanId: expect.stringMatching(/^[\da-f]{16}$/),
      kind: 1,
      status: undefined,
      attributes: {
        'user.id': 'u42',
        'user.name': 'Ada',
        'user.email': 'ada@example.com',
        'userspan.user.plan': 'pro',
        'userspan.user.seats': 3,
        'userspan.user_trust': 'claimed',
        'userspan.alias.from': anonymous,
      },
    });
    expect(site.visits[0]?.headers).toMatchObject({
      authorization: 'Bearer browser-key',
      'content-type': 'application/json',
    });
  });

  test('identifying the same user again has no effect, another user is not an alias, and reset() creates a new anonymous id', async () => {
    const { page } = under;
    await under.init();
    const ids = await page.evaluate(() => {
      const { currentUser, identify, reset } = userspan.init({ endpoint: '/' });
      const ids = [currentUser().id];
      identify('a', { plan: 'pro' });
      identify('a', { plan: 'pro' });
      identify('b');
      reset();
      ids.push(currentUser().id);
      identify('c');
      return ids;
    });
    expect(ids[0]).not.toBe(ids[1]);
    const spans = await under.arrived(3);
    expect(spans.map(({ attributes }) => [attributes['user.id'], attributes['userspan.alias.from']])).toEqual(
      [
        ['a', ids[0]],
        ['b', undefined],
        ['c', ids[1]],
      ],
    );
  });

  test('hostile values do not throw and do not break the request', async () => {
    const { page } = under;
    await under.init({ captureContent: true });
    const answers = await page.evaluate(() => {
      const circle: Record<string, unknown> = {};
      const hostile = new Proxy(
        {},
        {
          get: () => {
            throw new Error('no');
          },
        },
      );
      circle['self'] = circle;
      const bad = [
        userspan.identify('\uD800'),
        userspan.identify(''),
        userspan.identify('x'.repeat(2000)),
        userspan.identify(Number.NaN),
        userspan.identify({} as never),
      ];
      const props = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`p${i}`, i]));
      userspan.identify('日本\r\n\0', {
        lone: 'a\uDC00b',
        long: 'x'.repeat(10_000),
        nan: Number.NaN,
        nothing: undefined,
        circle,
        get boom(): string {
          throw new Error('boom');
        },
        ...JSON.parse('{"__proto__":"evil"}'),
        ...props,
      });
      userspan.trackMessage({
        role: 'r\uD800',
        content: circle,
        extra: circle,
        tags: ['', 'ok', 7 as never],
      });
      userspan.trackMessage(undefined as never);
      userspan.openThread(null as never).trackEvent(Symbol('x') as never);
      userspan.openThread(hostile);
      userspan.trackFeedback(undefined as never, { thumb: 'up' });
      userspan.trackFeedback('m', {});
      return bad;
    });
    expect(answers).toEqual([false, false, false, false, false]);
    const spans = await under.arrived(3);
    expect(spans[0]?.attributes).toMatchObject({ 'user.id': '日本\r\n\0', 'userspan.user.lone': 'a\uFFFDb' });
    expect(Object.keys(spans[0]?.attributes ?? {}).length).toBeLessThan(70);
    expect(spans[1]?.attributes).toMatchObject({
      'userspan.message.role': 'r\uFFFD',
      'userspan.tags': ['ok'],
    });
  });
});
