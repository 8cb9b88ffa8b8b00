import { UserPropagator, identify, setUser, userAttributes, wrapAgent } from '@userspan/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type Tracing, NO_USER, byName, inSpan, mark } from './tracing.ts';

type Source = 'call' | 'scope' | 'run' | 'statement' | 'incoming';

/** Each source has a unique id and a unique prop, so that a mixture of two users is noticed. */
function stated(source: Source): Record<string, unknown> {
  return { 'user.id': source, [`userspan.user.from_${source}`]: true };
}

/** Runs `inner` with one more source around it; `call` starts the span itself. */
type Around = (tracing: Tracing, inner: () => unknown) => unknown;

const around: Record<Source, Around> = {
  incoming: (tracing, inner) => {
    const { context, propagation, defaultTextMapGetter } = tracing.api;
    const headers = { baggage: 'user.id=incoming,userspan.user.from_incoming=true', 'x-from': 'ours' };
    return context.with(propagation.extract(context.active(), headers, defaultTextMapGetter), inner);
  },
  statement: (tracing, inner) =>
    inSpan(tracing, 'root of the statement', () => {
      expect(identify('statement', { from_statement: true })).toBe(true);
      return inner();
    }),
  scope: (_, inner) => identify('scope', { from_scope: true }, inner),
  run: (_, inner) => wrapAgent(inner)().identify('run', { from_run: true }),
  call: (tracing) => {
    const { context, trace } = tracing.api;
    const user = { id: 'call', props: { from_call: true } };
    const parent = setUser(context.active(), user);
    const attributes = userAttributes(user);
    trace.getTracer('app').startSpan('work', { attributes }, parent).end();
  },
};

/** Outer source, inner source, expected user. `call` is a span, so it is never the outer one. All other pairs are tested in both orders. */
const table: readonly (readonly [outer: Source, inner: Source, winner: Source])[] = [
  ['scope', 'call', 'call'],
  ['run', 'call', 'call'],
  ['statement', 'call', 'call'],
  ['incoming', 'call', 'call'],
  ['scope', 'run', 'run'],
  ['run', 'scope', 'scope'],
  ['scope', 'statement', 'scope'],
  ['statement', 'scope', 'scope'],
  ['scope', 'incoming', 'scope'],
  ['incoming', 'scope', 'scope'],
  ['run', 'statement', 'run'],
  ['statement', 'run', 'run'],
  ['run', 'incoming', 'run'],
  ['incoming', 'run', 'run'],
  ['statement', 'incoming', 'statement'],
  ['incoming', 'statement', 'statement'],
];

/** The user of work that two sources name: every pair of sources, in both nestings. */
export function precedenceCases(tracing: Tracing): void {
  describe('precedence', () => {
    beforeEach(() => {
      tracing.start({
        propagator: new UserPropagator(tracing.w3c(), { trust: (headers) => headers['x-from'] === 'ours' }),
      });
    });
    afterEach(() => tracing.stop());

    test.each(table)('%s around %s is %s', async (outer, inner, winner) => {
      await around[outer](tracing, () => around[inner](tracing, () => mark(tracing, 'work')));
      const expected = stated(winner);
      // Values that cross a process are strings.
      if (winner === 'incoming') expected['userspan.user.from_incoming'] = 'true';
      expect(byName(tracing)['work']).toEqual(expected);
    });

    test('the open root of a trusted caller takes the statement, and none of the props of the caller', () => {
      around.incoming(tracing, () =>
        inSpan(tracing, 'root', () => {
          mark(tracing, 'before');
          identify('statement', { from_statement: true });
          mark(tracing, 'after');
        }),
      );
      const incoming = { 'user.id': 'incoming', 'userspan.user.from_incoming': 'true' };
      expect(byName(tracing)).toEqual({
        root: stated('statement'),
        before: incoming,
        after: stated('statement'),
      });
    });

    test('a statement of no user removes a trusted caller', () => {
      around.incoming(tracing, () =>
        inSpan(tracing, 'root', () => {
          identify(null);
          mark(tracing, 'after');
        }),
      );
      expect(byName(tracing)).toEqual({ root: NO_USER, after: NO_USER });
    });

    test('a span that names its user itself keeps it, and gets no props of another', () => {
      const tracer = tracing.api.trace.getTracer('app');
      identify('scope', { from_scope: true }, () => {
        tracer.startSpan('other', { attributes: { 'user.id': 'somebody' } }).end();
        tracer.startSpan('same', { attributes: { 'user.id': 'scope' } }).end();
      });
      expect(byName(tracing)).toEqual({ other: { 'user.id': 'somebody' }, same: stated('scope') });
    });

    test('a span that names another user later has none of the props of the one before', () => {
      const tracer = tracing.api.trace.getTracer('app');
      identify('scope', { from_scope: true, plan: 'pro' }, () => {
        tracer
          .startSpan('later')
          .setAttribute('user.id', 'somebody')
          .setAttribute('userspan.user.plan', 'free')
          .end();
      });
      expect(byName(tracing)).toEqual({ later: { 'user.id': 'somebody', 'userspan.user.plan': 'free' } });
    });

    test('no user inside a user is no user, and the other way round', () => {
      identify('scope', { from_scope: true }, () =>
        identify(null, () => {
          mark(tracing, 'nobody');
          identify('call', { from_call: true }, () => mark(tracing, 'somebody'));
        }),
      );
      expect(byName(tracing)).toEqual({ nobody: NO_USER, somebody: stated('call') });
    });

    test('a statement does not reach a span that was opened for no user', () => {
      inSpan(tracing, 'root', () => {
        identify(null, () =>
          inSpan(tracing, 'nobody', () => identify('statement', { from_statement: true })),
        );
      });
      expect(byName(tracing)).toEqual({ root: stated('statement'), nobody: NO_USER });
    });

    test.each(['call', 'scope', 'run', 'statement'] as const)(
      'an untrusted caller is no user beside %s',
      async (source) => {
        tracing.stop();
        tracing.start({ propagator: new UserPropagator(tracing.w3c()) });
        await around.incoming(tracing, () => mark(tracing, 'alone'));
        await around.incoming(tracing, () => around[source](tracing, () => mark(tracing, 'work')));
        expect(byName(tracing)).toMatchObject({ alone: {}, work: stated(source) });
        expect(byName(tracing)['alone']).toEqual({});
      },
    );
  });
}
