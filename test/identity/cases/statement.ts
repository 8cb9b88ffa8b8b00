import { currentUser, identify } from '@userspan/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { NO_USER, type Tracing, byName, inSpan, listen, mark } from './tracing.ts';

/** `identify(id, props)` without a function. */
export function statementCases(tracing: Tracing): void {
  describe('a statement', () => {
    afterEach(() => tracing.stop());

    describe('in a trace', () => {
      beforeEach(() => tracing.start());

      test('reaches open spans without a user, and later ones anywhere in the local trace', async () => {
        const u1 = { 'user.id': 'u1', 'userspan.user.plan': 'pro' };
        await inSpan(tracing, 'root', async () => {
          mark(tracing, 'before');
          await inSpan(tracing, 'middleware', async () => {
            await Promise.resolve();
            expect(identify('u1', { plan: 'pro' })).toBe(true);
            expect(currentUser()).toEqual({ id: 'u1', props: { plan: 'pro' } });
          });
          await inSpan(tracing, 'handler', async () => mark(tracing, 'call'));
          expect(currentUser()).toEqual({ id: 'u1', props: { plan: 'pro' } });
        });
        mark(tracing, 'other trace');
        expect(byName(tracing)).toEqual({
          before: {},
          middleware: u1,
          call: u1,
          handler: u1,
          root: u1,
          'other trace': {},
        });
      });

      test('the last one counts for what is open and what comes; what was stamped stays', () => {
        inSpan(tracing, 'root', () => {
          identify('a', { from_a: true });
          mark(tracing, 'as a');
          identify('b', { from_b: true });
          mark(tracing, 'as b');
        });
        const b = { 'user.id': 'b', 'userspan.user.from_b': true };
        expect(byName(tracing)).toEqual({
          'as a': { 'user.id': 'a', 'userspan.user.from_a': true },
          'as b': b,
          root: b,
        });
      });

      test('null takes it back', () => {
        inSpan(tracing, 'root', () => {
          identify('a');
          mark(tracing, 'as a');
          expect(identify(null)).toBe(true);
          mark(tracing, 'as no user');
        });
        expect(byName(tracing)).toEqual({ 'as a': { 'user.id': 'a' }, 'as no user': NO_USER, root: NO_USER });
      });

      test('a span that began for no user keeps having no user; one from before gets the last word', () => {
        inSpan(tracing, 'root', () => {
          identify(null);
          inSpan(tracing, 'began for no user', () => identify('b'));
          mark(tracing, 'as b');
        });
        const b = { 'user.id': 'b' };
        expect(byName(tracing)).toEqual({ 'began for no user': NO_USER, 'as b': b, root: b });
      });

      test('a bad id is refused and changes nothing', () => {
        const warnings = listen(tracing);
        inSpan(tracing, 'root', () => {
          identify('a');
          expect(identify('')).toBe(false);
          mark(tracing, 'work');
        });
        expect(byName(tracing)).toEqual({ work: { 'user.id': 'a' }, root: { 'user.id': 'a' } });
        expect(warnings).toHaveLength(1);
      });

      test('without a span it is false and one warning', () => {
        const warnings = listen(tracing);
        expect([identify('a'), identify('b', { x: 1 })]).toEqual([false, false]);
        expect(warnings).toEqual([expect.stringContaining('needs an active span')]);
        expect(currentUser()).toBeUndefined();
      });

      test('two local traces at once stay apart', async () => {
        const request = async (id: string): Promise<void> =>
          inSpan(tracing, `${id} root`, async () => {
            await Promise.resolve();
            identify(id);
            await Promise.resolve();
            mark(tracing, `${id} work`);
          });
        await Promise.all(Array.from({ length: 50 }, (_, i) => request(`u${i}`)));
        for (const span of tracing.finished()) {
          expect(span.attributes).toEqual({ 'user.id': span.name.split(' ')[0] });
        }
        expect(tracing.finished()).toHaveLength(100);
      });

      test('a remote parent is a local trace of its own each time', () => {
        const { context, propagation, defaultTextMapGetter } = tracing.api;
        const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
        const request = (id: string | undefined): void =>
          context.with(propagation.extract(context.active(), headers, defaultTextMapGetter), () =>
            inSpan(tracing, `${id} root`, () => {
              if (id !== undefined) identify(id);
              mark(tracing, `${id} work`);
            }),
          );
        request('a');
        request(undefined);
        request('b');
        expect(byName(tracing)).toEqual({
          'a root': { 'user.id': 'a' },
          'a work': { 'user.id': 'a' },
          'undefined root': {},
          'undefined work': {},
          'b root': { 'user.id': 'b' },
          'b work': { 'user.id': 'b' },
        });
      });
    });

    test('in an unsampled trace it is true, and nothing is logged', () => {
      tracing.start({ sampled: false });
      const warnings = listen(tracing);
      inSpan(tracing, 'root', () => {
        expect(identify('a')).toBe(true);
        expect(currentUser()).toEqual({ id: 'a', props: {} });
      });
      expect(warnings).toEqual([]);
      expect(tracing.finished()).toEqual([]);
    });
  });
}
