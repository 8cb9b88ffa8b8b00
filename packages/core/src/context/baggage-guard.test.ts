import { type Context, ROOT_CONTEXT, context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { currentUser, identify } from '../user/identify.ts';
import { setBaggageMode } from '../process/process-settings.ts';
import { userOf } from '../user/user-context.ts';
import { UserPropagator } from '../propagation/user-propagator.ts';
import { UserSpanProcessor } from '../user/user-span-processor.ts';

const w3c = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new UserPropagator(w3c));
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new UserSpanProcessor()] }));
});
afterEach(() => {
  vi.useRealTimers();
  setBaggageMode('guarded');
  context.disable();
  propagation.disable();
  trace.disable();
});

describe('the baggage guard', () => {
  const membersNow = (): string[] =>
    identify(
      'u1',
      { plan: 'pro' },
      () =>
        propagation
          .getActiveBaggage()
          ?.getAllEntries()
          .map(([name]) => name) ?? [],
    );
  const both = ['user.id', 'userspan.user.plan'];
  const spread = { fields: () => ['x'], extract: (from: Context) => from };

  test.each<[string, () => void, string[]]>([
    ['ours', () => {}, both],
    ['the W3C propagator, which sends baggage to every host', () => propagation.setGlobalPropagator(w3c), []],
    [
      'UserPropagator around only one of two propagators',
      () =>
        propagation.setGlobalPropagator(
          new CompositePropagator({
            propagators: [new UserPropagator(new W3CTraceContextPropagator()), new W3CBaggagePropagator()],
          }),
        ),
      [],
    ],
    [
      'a propagator that sends no baggage',
      () => propagation.setGlobalPropagator(new W3CTraceContextPropagator()),
      both,
    ],
    [
      'a propagator that throws',
      () =>
        propagation.setGlobalPropagator({
          ...spread,
          inject: () => {
            throw new Error('x');
          },
        }),
      [],
    ],
    [
      'a propagator with an encoding of its own',
      () =>
        propagation.setGlobalPropagator({
          ...spread,
          inject: (from, carrier, setter) =>
            setter.set(
              carrier,
              'x',
              Buffer.from(JSON.stringify(propagation.getBaggage(from)?.getAllEntries() ?? [])).toString(
                'base64',
              ),
            ),
        }),
      [],
    ],
    ['none', () => {}, both],
  ])('decides whether baggage contains the user; global propagator: %s', (name, set, members) => {
    propagation.disable();
    if (name === 'ours') propagation.setGlobalPropagator(new UserPropagator(w3c));
    set();
    expect(membersNow()).toEqual(members);
    expect(identify('u1', () => currentUser())).toEqual({ id: 'u1', props: {} });
  });

  test('calls each propagator only once to test it', () => {
    const inject = vi.fn();
    propagation.disable();
    propagation.setGlobalPropagator({ ...spread, inject });
    for (let i = 0; i < 10; i += 1) membersNow();
    expect(inject).toHaveBeenCalledTimes(2);
    propagation.disable();
    propagation.setGlobalPropagator(w3c);
    expect(membersNow()).toEqual([]);
  });

  test('reads a user from baggage of the app only if nothing sends the baggage to every host', () => {
    const from = propagation.setBaggage(
      ROOT_CONTEXT,
      propagation.createBaggage({ 'user.id': { value: 'u9' } }),
    );
    expect(userOf(from)).toEqual({ id: 'u9', props: {} });
    propagation.disable();
    propagation.setGlobalPropagator(w3c);
    expect(userOf(from)).toBeUndefined();
    setBaggageMode('always');
    expect(userOf(from)).toEqual({ id: 'u9', props: {} });
    expect(membersNow()).toEqual(both);
    setBaggageMode('never');
    expect([userOf(from), membersNow()]).toEqual([undefined, []]);
  });

  test.each<[string, () => void, string[], Record<string, string>]>([
    ['the W3C propagator', () => propagation.setGlobalPropagator(w3c), ['tenant'], { baggage: 'tenant=t' }],
    [
      'ours',
      () => propagation.setGlobalPropagator(new UserPropagator(w3c)),
      ['tenant', ...both],
      { baggage: 'tenant=t' },
    ],
    ['never', () => setBaggageMode('never'), ['tenant'], {}],
    ['none', () => {}, ['tenant', ...both], {}],
  ])('applies a propagator or mode that is set after identify(): %s', (_, set, members, sent) => {
    propagation.disable();
    const outer = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ tenant: { value: 't' } }));
    context.with(outer, () =>
      identify('u1', { plan: 'pro' }, () => {
        const held = (): unknown =>
          propagation
            .getActiveBaggage()
            ?.getAllEntries()
            .map(([name]) => name);
        expect(held()).toEqual(['tenant', ...both]);
        set();
        expect(held()).toEqual(members);
        const carrier: Record<string, string> = {};
        propagation.inject(context.active(), carrier);
        expect(carrier).toEqual(sent);
        expect(currentUser()).toEqual({ id: 'u1', props: { plan: 'pro' } });
      }),
    );
  });

  test('removes the members of the outer user inside an inner identify() and identify(null)', () => {
    identify('outer', { email: 'o@x.y', plan: 'pro' }, () => {
      expect(membersNow()).toEqual(both);
      identify('u2', () =>
        expect(propagation.getActiveBaggage()?.getAllEntries()).toEqual([['user.id', { value: 'u2' }]]),
      );
      identify(null, () => expect(propagation.getActiveBaggage()).toBeUndefined());
    });
  });
});
