import {
  type Context,
  ROOT_CONTEXT,
  SpanKind,
  baggageEntryMetadataFromString,
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  trace,
} from '@opentelemetry/api';
import { AlwaysOffSampler, BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { describe, expect, test } from 'vitest';

import { identify } from '../user/identify.ts';
import { setBaggageMode } from '../process/process-settings.ts';
import { setUser, userOf, withoutUserBaggage } from '../user/user-context.ts';
import { UserPropagator, type UserPropagatorOptions } from './user-propagator.ts';
import {
  ada,
  headersTo,
  internal,
  key,
  received,
  useUserPropagation,
  w3c,
} from '../../testing/user-propagation.ts';

useUserPropagation();

describe('outgoing requests', () => {
  const withAda = (): Context => setUser(ROOT_CONTEXT, ada);
  const foreign = (from: Context): Context =>
    propagation.setBaggage(
      from,
      (propagation.getBaggage(from) ?? propagation.createBaggage())
        .setEntry('tenant', { value: 'a b', metadata: baggageEntryMetadataFromString('ttl=3') })
        .setEntry('user.roles', { value: 'admin' }),
    );

  test.each<[string, string, UserPropagatorOptions, string | undefined]>([
    ['send nothing by default', 'a.internal.example', {}, undefined],
    ['send nothing to a host that is not listed', 'api.openai.com', { send: internal }, undefined],
    ['send only the id to a listed host', 'a.internal.example', { send: internal }, 'user.id=u1'],
    [
      'send the attributes that "keys" lists',
      'a.internal.example',
      { send: { ...internal, keys: ['user.id', 'user.email', 'user.name', 'userspan.user.plan'] } },
      'user.id=u1,user.email=ada%40example.com,userspan.user.plan=pro',
    ],
    ['send nothing if "keys" is empty', 'a.internal.example', { send: { ...internal, keys: [] } }, undefined],
  ])('%s', (_, host, options, baggage) => {
    const headers = headersTo(host, options, withAda());
    expect(headers['traceparent']).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
    expect(headers['baggage']).toBe(baggage);
  });

  test('keep baggage of other code byte for byte', () => {
    const plain: Record<string, string> = {};
    w3c.inject(foreign(ROOT_CONTEXT), plain, defaultTextMapSetter);
    expect(headersTo('api.openai.com', { send: internal }, foreign(withAda()))['baggage']).toBe(
      plain['baggage'],
    );
    expect(headersTo('api.openai.com', {}, foreign(ROOT_CONTEXT))['baggage']).toBe(plain['baggage']);
    expect(headersTo('a.internal.example', { send: internal }, foreign(withAda()))['baggage']).toBe(
      `${plain['baggage']},user.id=u1`,
    );
  });

  test('do not send a user attribute that the app wrote into baggage itself', () => {
    const from = propagation.setBaggage(
      ROOT_CONTEXT,
      propagation.createBaggage({ 'user.email': { value: 'x@y.z' } }),
    );
    expect(headersTo('api.openai.com', {}, from)['baggage']).toBeUndefined();
  });

  test('send a user that identify() set without a function', () => {
    trace.getTracer('app').startActiveSpan('root', (span) => {
      identify('u2');
      expect(headersTo('a.internal.example', { send: internal }, context.active())['baggage']).toBe(
        'user.id=u2',
      );
      span.end();
    });
  });

  test('send nothing if the host is unknown: unsampled span, no client span, no span', () => {
    const options = { send: internal };
    const off = new BasicTracerProvider({ sampler: new AlwaysOffSampler() }).getTracer('http');
    const client = { kind: SpanKind.CLIENT, attributes: { 'server.address': 'a.internal.example' } };
    const spans = [
      off.startSpan('GET', client),
      trace.getTracer('http').startSpan('GET', { ...client, kind: SpanKind.SERVER }),
      undefined,
    ];
    for (const span of spans) {
      const carrier: Record<string, string> = {};
      const from = span === undefined ? withAda() : trace.setSpan(withAda(), span);
      new UserPropagator(w3c, options).inject(from, carrier, defaultTextMapSetter);
      expect(carrier['baggage']).toBeUndefined();
    }
  });

  test('send nothing from a context whose user baggage was removed, not even to a listed host', () => {
    const bare = withoutUserBaggage(withAda());
    expect(userOf(bare)).toEqual(ada);
    expect(headersTo('a.internal.example', { send: internal }, bare)['baggage']).toBeUndefined();
    expect(headersTo('a.internal.example', { send: internal }, setUser(bare, ada))['baggage']).toBe(
      'user.id=u1',
    );
  });

  test('leave out values that are invalid in a header', () => {
    const send = { ...internal, keys: ['user.id', 'user.name', 'userspan.user.bio'] };
    const user = { id: 'u1', props: { name: 'a\r\nb', bio: '你'.repeat(500) } };
    expect(headersTo('a.internal.example', { send }, setUser(ROOT_CONTEXT, user))['baggage']).toBe(
      'user.id=u1',
    );
  });
});

describe('incoming requests', () => {
  const claim = {
    baggage: 'tenant=t1,user.id=u1,user.email=ada%40example.com,userspan.user.plan=pro',
    'x-caller': 'gateway',
  };
  const members = (from: Context): string[] =>
    (propagation.getBaggage(from)?.getAllEntries() ?? []).map(([name]) => name);

  test('drop the user by default and keep other members', () => {
    const from = received(claim, {});
    expect([userOf(from), members(from)]).toEqual([undefined, ['tenant']]);
  });

  test.each<[string, NonNullable<UserPropagatorOptions['trust']>, boolean]>([
    [
      'a function that returns true, with headers.get',
      (headers) => headers.get('X-Caller') === 'gateway',
      true,
    ],
    [
      'a function that returns true, with a header by name',
      (headers) => headers['x-caller'] === 'gateway',
      true,
    ],
    ['a function that returns false', (headers) => headers['x-other'] !== undefined, false],
    [
      'a function that throws',
      () => {
        throw new Error('no');
      },
      false,
    ],
    ['a function that returns a promise', (async () => true) as never, false],
    ['a key, for a request without a signature', key, false],
  ])('accept the user according to trust: %s', (_, trust, isTrusted) => {
    const from = received(claim, { trust });
    expect(userOf(from)).toEqual(isTrusted ? ada : undefined);
    expect(members(from)).toEqual(
      isTrusted ? ['tenant', 'user.id', 'user.email', 'userspan.user.plan'] : ['tenant'],
    );
  });

  test.each<[string, string, NonNullable<UserPropagatorOptions['trust']>, string | undefined]>([
    ['becomes the group of the user', 'user.id=u1,account.id=acme%20inc', () => true, 'acme inc'],
    [
      'does not replace a group that the sender states',
      'userspan.user.group=own,account.id=acme,user.id=u1',
      () => true,
      'own',
    ],
    ['is ignored if it is empty', 'user.id=u1,account.id=', () => true, undefined],
    ['is ignored from an untrusted caller', 'user.id=u1,account.id=acme', () => false, undefined],
    ['is ignored without a signature', 'user.id=u1,account.id=acme', key, undefined],
    ['is ignored without a user id', 'account.id=acme', () => true, undefined],
  ])("the account of Datadog's RUM %s", (_, baggage, trust, group) => {
    expect(userOf(received({ baggage }, { trust }))?.props.group).toBe(group);
  });

  test('keep a user that was in the context before', () => {
    const before = setUser(ROOT_CONTEXT, ada);
    const from = new UserPropagator(w3c).extract(before, {}, defaultTextMapGetter);
    expect(userOf(from)).toEqual(ada);
    expect(members(from)).toEqual(['user.id', 'user.email', 'userspan.user.plan']);
  });
});

describe('invalid set-up throws at once', () => {
  test.each<[string, () => unknown, string]>([
    ['no inner propagator', () => new UserPropagator(undefined as never), 'needs a propagator'],
    ['sending to every host', () => new UserPropagator(w3c, { send: { to: ['*'] } }), 'send.to has "*"'],
    [
      'a URL in place of a host',
      () => new UserPropagator(w3c, { send: { to: ['https://a.example'] } }),
      'without scheme or port',
    ],
    [
      'an unknown attribute in "keys"',
      () => new UserPropagator(w3c, { send: { to: [], keys: ['password'] } }),
      'send.keys must be a list',
    ],
    ['an empty secret', () => new UserPropagator(w3c, { trust: '' }), 'trust must be a function'],
    ['an unknown baggage mode', () => setBaggageMode('sometimes' as never), "baggage must be 'guarded'"],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
