import { describe, expect, test } from 'vitest';

import { CHROMIUM, NO_CHROMIUM } from '../../testing/chromium.ts';
import { pageUnderTest } from '../../testing/page-under-test.ts';

describe.skipIf(CHROMIUM === undefined)(`fetch in Chromium (else: ${NO_CHROMIUM})`, () => {
  const under = pageUnderTest();

  test('sends the trace context to all origins, and the user to listed origins only', async () => {
    const { page, site, other } = under;
    await under.init({ sendUserTo: [other.origin] });
    await page.evaluate(async (origin) => {
      userspan.identify('u/4 2€', { name: 'Ada' });
      await userspan.tracedFetch('/api/own?token=secret', {
        method: 'POST',
        headers: { 'x-mine': 'kept' },
      });
      await userspan.tracedFetch(
        new Request(`${origin}/api/named`, { headers: { 'content-type': 'text/plain' } }),
      );
    }, other.origin);
    const spans = (await under.arrived(3)).filter(({ kind }) => kind === 3);
    const own = site.visits.find(({ path }) => path.startsWith('/api'));
    const named = other.visits[0];
    expect(spans[0]).toMatchObject({
      name: 'POST',
      attributes: {
        'user.id': 'u/4 2€',
        'http.request.method': 'POST',
        'http.response.status_code': 200,
        'url.full': `${site.origin}/api/own`,
        'server.address': '127.0.0.1',
      },
    });
    expect(own?.headers).toMatchObject({
      'x-mine': 'kept',
      traceparent: `00-${spans[0]?.traceId}-${spans[0]?.spanId}-01`,
    });
    expect(own?.headers.baggage).toBeUndefined();
    expect(named?.headers).toMatchObject({
      'content-type': 'text/plain',
      traceparent: `00-${spans[1]?.traceId}-${spans[1]?.spanId}-01`,
      baggage: 'user.id=u%2F4%202%E2%82%AC',
    });
  });

  test('returns the browser’s own response or error, and records failures', async () => {
    const { page, site, other } = under;
    await under.init({ sendTraceTo: [site.origin] });
    const seen = await page.evaluate(async (origin) => {
      const { status } = await userspan.tracedFetch('/api/fail');
      const error = await userspan.tracedFetch('http://127.0.0.1:1/').catch((error: unknown) => error);
      await userspan.tracedFetch(`${origin}/api/other`);
      const bad = await userspan.tracedFetch('http://').catch((error: unknown) => String(error));
      return { status, isTypeError: error instanceof TypeError, bad };
    }, other.origin);
    expect(seen).toEqual({ status: 503, isTypeError: true, bad: expect.stringContaining('TypeError') });
    const spans = await under.arrived(3);
    expect(spans.map(({ status, attributes }) => [attributes['error.type'], status])).toEqual([
      ['503', { code: 2 }],
      ['TypeError', { code: 2 }],
      [undefined, undefined],
    ]);
    expect(other.visits[0]?.headers.traceparent).toBeUndefined();
  });

  test('passes invalid arguments and requests to fetch unchanged', async () => {
    const { page, site } = under;
    await under.init({ sendUserTo: [site.origin] });
    const seen = await page.evaluate(async () => {
      const outcome = async (start: () => Promise<Response>): Promise<string> => {
        try {
          return await start().then(
            ({ status }) => String(status),
            (error: unknown) => `rejected ${(error as Error).name}`,
          );
        } catch (error) {
          return `thrown ${(error as Error).name}`;
        }
      };
      const both = async (...args: Parameters<typeof fetch>): Promise<string[]> => [
        await outcome(() => fetch(...args)),
        await outcome(() => userspan.fetch(...args)),
      ];
      const aborted = AbortSignal.abort();
      const request = new Request('/api/request', {
        method: 'PUT',
        body: 'kept',
        referrer: '/page-before',
        headers: {
          baggage: 'mine=1',
          traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
        },
      });
      await userspan.fetch(request);
      return {
        bodyUsed: request.bodyUsed,
        pairs: [
          await both('/api/x', { headers: { 'bad header': 'x' } }),
          await both('http://['),
          await both(Symbol('x') as never),
          await both('/api/y', { method: 'GET', body: 'x' }),
          await both('/api/z', { signal: aborted }),
          await both('data:text/plain,hi'),
        ],
      };
    });
    expect(seen.bodyUsed).toBe(true);
    for (const [plain, traced] of seen.pairs) expect(traced).toBe(plain);
    expect(site.visits.find(({ path }) => path === '/api/request')).toMatchObject({
      method: 'PUT',
      body: 'kept',
      headers: {
        referer: `${site.origin}/page-before`,
        traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
        baggage: expect.stringMatching(/^mine=1, ?user\.id=anon_/),
      },
    });
  });
});
