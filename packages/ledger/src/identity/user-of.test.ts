import { describe, expect, it } from 'vitest';
import { MAX_ID_LENGTH, MAX_PROPS, MAX_PROP_LENGTH } from '@userspan/core/internal';

import { identityRules, parseIdentity } from './identity-rules.ts';
import type { IdentityOptions } from './identity-rules.ts';
import { userOf } from './user-of.ts';
import type { AttributeValue, Attributes } from '../span.ts';

describe('the user id', () => {
  it.each<{ name: string; value: AttributeValue; id: string }>([
    { name: 'a text', value: 'u42', id: 'u42' },
    { name: 'a whole number', value: 42, id: '42' },
    { name: 'a 64-bit number', value: 9_223_372_036_854_775_807n, id: '9223372036854775807' },
    { name: 'an id of the maximum length', value: 'x'.repeat(MAX_ID_LENGTH), id: 'x'.repeat(MAX_ID_LENGTH) },
    { name: 'an id with NUL, line breaks and emoji', value: 'a\u0000\r\nb👩‍👩‍👧', id: 'a\u0000\r\nb👩‍👩‍👧' },
    { name: 'a name of an object member', value: '__proto__', id: '__proto__' },
  ])('is stored unchanged: $name', ({ value, id }) => {
    expect(userOf({ 'user.id': value })).toEqual({ user: { id, props: {} }, claimed: false });
  });

  it.each<{ name: string; value: AttributeValue; refused: string }>([
    {
      name: 'too long',
      value: 'x'.repeat(MAX_ID_LENGTH + 1),
      refused: 'user.id is longer than 1024 characters',
    },
    { name: 'a lone surrogate', value: 'a\uD800', refused: 'user.id is not well-formed Unicode' },
    { name: 'a fraction', value: 1.5, refused: 'user.id is a number that is no whole number' },
    { name: 'NaN', value: Number.NaN, refused: 'user.id is a number that is no whole number' },
    { name: 'past 2^53', value: 2 ** 53, refused: 'user.id is a number that is no whole number' },
    { name: 'a boolean', value: true, refused: 'user.id is not a text' },
    { name: 'a list', value: ['u42'], refused: 'user.id is not a text' },
    { name: 'bytes', value: new Uint8Array([1]), refused: 'user.id is not a text' },
    { name: 'a map', value: { id: 'u42' }, refused: 'user.id is not a text' },
  ])('is rejected with the reason: $name', ({ value, refused }) => {
    expect(userOf({ 'user.id': value })).toMatchObject({ claimed: false, refused });
    expect(userOf({ 'user.id': value }).user).toBeUndefined();
  });

  it.each<{ value: string; reason: string }>([
    { value: 'undefined', reason: 'placeholder' },
    { value: 'null', reason: 'placeholder' },
    { value: 'None', reason: 'placeholder' },
    { value: '[object Object]', reason: 'placeholder' },
    { value: '(null)', reason: 'placeholder' },
    { value: '<nil>', reason: 'placeholder' },
    { value: 'Undefined', reason: 'placeholder' },
    { value: ' Null ', reason: 'placeholder' },
    { value: 'NONE', reason: 'placeholder' },
    { value: ' undefined ', reason: 'placeholder' },
    { value: 'N/A', reason: 'placeholder' },
    { value: '-', reason: 'placeholder' },
    { value: '{}', reason: 'placeholder' },
    { value: 'False', reason: 'placeholder' },
    { value: '00000000-0000-0000-0000-000000000000', reason: 'placeholder' },
    { value: 'anonymousUser', reason: 'placeholder' },
    { value: 'Guest', reason: 'placeholder' },
    { value: 'default_user_id', reason: 'placeholder' },
    { value: '   ', reason: 'blank' },
    { value: '\t\n', reason: 'blank' },
    { value: '\u0000', reason: 'blank' },
    { value: '\u200B\u2060\uFEFF', reason: 'blank' },
    { value: 'a\uFFFD', reason: 'not_unicode' },
    { value: "[Scrubbed due to 'session']", reason: 'scrubbed' },
    { value: 'x'.repeat(2000), reason: 'too_long' },
  ])('is rejected with the reason $reason', ({ value, reason }) => {
    const { user, refusedReason } = userOf({ 'user.id': value });
    expect([user, refusedReason]).toEqual([undefined, reason]);
    // The next attribute is used.
    expect(userOf({ 'user.id': value, 'enduser.id': 'e1' }).user?.id).toBe('e1');
  });

  it.each([
    '0',
    '-1',
    '00',
    'na',
    '__proto__',
    'constructor',
    '\u202Eabc\u202C',
    'a\u0000b',
    'guest-1',
    'anonymous@b.c',
    'anon_1',
    'unknown-7',
    'nulls',
  ])('can be %j, which is a valid id', (id) => {
    expect(userOf({ 'user.id': id }).user?.id).toBe(id);
  });

  it('can be the number 0', () => {
    expect(userOf({ 'user.id': 0 }).user?.id).toBe('0');
    expect(userOf({ 'user.id': -0 }).user?.id).toBe('0');
  });

  it('is not the id of the trace, which PostHog sends without a user', () => {
    expect(userOf({ 'posthog.distinct_id': 'abc' }, { traceId: 'abc' }).refusedReason).toBe('trace_id');
    expect(userOf({ 'posthog.distinct_id': 'abc' }, { traceId: 'other' }).user?.id).toBe('abc');
  });

  it.each<AttributeValue>(['', null])('is not a user for %j', (value) => {
    expect(userOf({ 'user.id': value })).toEqual({ claimed: false });
  });

  it.each<{ name: string; attributes: Attributes; id: string }>([
    {
      name: "the conventions' attribute takes precedence over a vendor's",
      attributes: { 'langfuse.user.id': 'l', 'user.id': 'u' },
      id: 'u',
    },
    {
      name: "a vendor's attribute if the conventions' value is rejected",
      attributes: { 'user.id': true, 'lunary.user.id': 'l' },
      id: 'l',
    },
    {
      name: 'an id takes precedence over its hash',
      attributes: { 'user.hash': 'h', 'user.id': 'u' },
      id: 'u',
    },
    { name: "the conventions' former name", attributes: { 'enduser.id': 'e' }, id: 'e' },
    { name: 'LangSmith', attributes: { 'langsmith.metadata.user_id': 's' }, id: 's' },
    { name: 'Traceloop', attributes: { 'traceloop.association.properties.user_id': 't' }, id: 't' },
    { name: 'a map of OpenInference, not as JSON', attributes: { metadata: { user_id: 'm' } }, id: 'm' },
  ])('comes from the preferred attribute: $name', ({ attributes, id }) => {
    expect(userOf(attributes).user?.id).toBe(id);
  });

  it('is not read from a prototype', () => {
    const attributes: Attributes = Object.create({ 'user.id': 'somebody' });
    expect(userOf(attributes)).toEqual({ claimed: false });
    expect(userOf({ metadata: '{"__proto__":{"userId":"somebody"}}' })).toEqual({ claimed: false });
  });
});

describe('the user props', () => {
  const propsOf = (attributes: Attributes): unknown => userOf({ 'user.id': 'u', ...attributes }).user?.props;

  it('are read by name', () => {
    expect(
      propsOf({
        'user.name': 'Ada',
        'user.email': 'ada@example.com',
        'userspan.user.group': 'acme',
        'userspan.user.seats': 3n,
        'userspan.user.admin': true,
        'user.roles': ['x'],
      }),
    ).toEqual({ name: 'Ada', email: 'ada@example.com', group: 'acme', seats: 3, admin: true });
  });

  it.each<{ name: string; attributes: Attributes; props: object }>([
    {
      name: 'Traceloop’s association properties',
      attributes: {
        'traceloop.association.properties.user_name': 'Ada',
        'traceloop.association.properties.user_email': 'ada@example.com',
        'traceloop.association.properties.user_group': 'acme',
        'traceloop.association.properties.feature': 'search',
      },
      props: { name: 'Ada', email: 'ada@example.com', group: 'acme' },
    },
    {
      name: 'a map of OpenInference',
      attributes: { metadata: '{"user_name":"Ada","userEmail":"ada@example.com","name":"not the user"}' },
      props: { name: 'Ada', email: 'ada@example.com' },
    },
    { name: 'AI SDK', attributes: { 'ai.telemetry.metadata.userName': 'Ada' }, props: { name: 'Ada' } },
    { name: 'AI SDK 7', attributes: { 'ai.settings.context.userName': 'Ada' }, props: { name: 'Ada' } },
    { name: 'Mastra', attributes: { 'mastra.metadata.userName': 'Ada' }, props: { name: 'Ada' } },
    { name: 'LangSmith', attributes: { 'langsmith.metadata.user_name': 'Ada' }, props: { name: 'Ada' } },
    { name: 'Langfuse', attributes: { 'langfuse.trace.metadata.user_name': 'Ada' }, props: { name: 'Ada' } },
    {
      name: "the conventions' attributes take precedence over AI SDK 7's",
      attributes: { 'user.name': 'Ada', metadata: { user_name: 'Bob' } },
      props: { name: 'Ada' },
    },
    {
      name: 'values that are not strings, or are removed',
      attributes: { 'user.email': null, metadata: { user_name: 7, user_email: 'ada@example.com' } },
      props: {},
    },
  ])('are read from the application’s metadata: $name', ({ attributes, props }) => {
    expect(propsOf(attributes)).toEqual(props);
  });

  it('exclude values that are not props', () => {
    expect(
      propsOf({
        'userspan.user.nan': Number.NaN,
        'userspan.user.list': ['a'],
        'userspan.user.map': { a: 1 },
        'userspan.user.bytes': new Uint8Array(2),
        'userspan.user.long': 'x'.repeat(MAX_PROP_LENGTH + 1),
        'userspan.user.': 'nameless',
      }),
    ).toEqual({});
  });

  it('can have names of object members', () => {
    const props = propsOf(JSON.parse('{"userspan.user.__proto__":"x","userspan.user.constructor":"y"}'));
    expect(Object.entries(props as object)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(Object.getPrototypeOf(props)).toBe(Object.prototype);
  });

  it('are removed with null', () => {
    expect(userOf({ 'user.id': 'u', 'userspan.user.plan': null, 'user.name': null }).removedProps).toEqual([
      'name',
      'plan',
    ]);
  });

  it('are limited in number', () => {
    const many = Array.from({ length: 1000 }, (_, i) => [`userspan.user.p${i}`, i]);
    expect(Object.keys(propsOf(Object.fromEntries(many)) as object)).toHaveLength(MAX_PROPS);
  });

  it('without a user have no user', () => {
    expect(userOf({ 'user.name': 'Ada' })).toEqual({ claimed: false });
  });
});

describe('the attribute of the user id', () => {
  const user = (
    attributes: Attributes,
    resource: Attributes = {},
    options?: IdentityOptions,
  ): string | undefined =>
    userOf(attributes, { resource, ...(options === undefined ? {} : { rules: identityRules(options) }) }).user
      ?.id;

  it.each<{ name: string; attributes: Attributes; id: string | undefined }>([
    { name: 'only an address', attributes: { 'user.email': 'a@b.c' }, id: 'a@b.c' },
    {
      name: 'an id takes precedence over the address',
      attributes: { 'user.email': 'a@b.c', 'user.id': 'u' },
      id: 'u',
    },
    {
      name: 'metadata takes precedence over the address',
      attributes: { 'user.email': 'a@b.c', metadata: '{"user_id":"m"}' },
      id: 'm',
    },
    { name: 'enduser.id', attributes: { 'enduser.id': 'e', 'enduser.pseudo.id': 'p' }, id: 'e' },
    { name: 'enduser.pseudo.id', attributes: { 'enduser.pseudo.id': 'p' }, id: 'p' },
    {
      name: 'LiteLLM’s end user takes precedence over the owner of the key',
      attributes: { 'metadata.user_api_key_end_user_id': 'end', 'metadata.user_api_key_user_id': 'key' },
      id: 'end',
    },
    { name: 'the owner of LiteLLM’s key', attributes: { 'metadata.user_api_key_user_id': 'key' }, id: 'key' },
    { name: 'LiteLLM’s end user of version 2', attributes: { 'litellm.end_user.id': 'end' }, id: 'end' },
    { name: 'no user from LiteLLM', attributes: { 'metadata.user_api_key_user_id': '' }, id: undefined },
    { name: 'Mastra', attributes: { 'mastra.metadata.userId': 'm' }, id: 'm' },
    { name: 'AI SDK 7', attributes: { 'ai.settings.context.userId': 'c' }, id: 'c' },
  ])('$name', ({ attributes, id }) => {
    expect(user(attributes)).toBe(id);
  });

  it('can be configured for all services or for one', () => {
    const attributes = { 'user.id': 'u', 'user.email': 'a@b.c', 'app.customer': 'k' };
    const options = { keys: ['user.email'], services: { shop: ['app.customer'] } };
    expect(user(attributes, {}, options)).toBe('a@b.c');
    expect(user(attributes, { 'service.name': 'shop' }, options)).toBe('k');
    expect(user({ 'user.id': 'u' }, { 'service.name': 'shop' }, options)).toBe('u');
  });

  it('is read separately from the resource and the span', () => {
    const resource = { 'user.id': 'dev', 'user.email': 'dev@b.c' };
    expect(userOf({ 'user.id': 'u' }, { resource })).toEqual({
      user: { id: 'u', props: {} },
      resourceUser: { id: 'dev', props: { email: 'dev@b.c' } },
      claimed: false,
    });
  });

  it('has the tenant as the group', () => {
    expect(userOf({ 'user.id': 'u', 'account.id': 'acme' }).user?.props).toEqual({ group: 'acme' });
    expect(
      userOf({ 'user.id': 'u', 'account.id': 'acme', 'userspan.user.group': 'own' }).user?.props,
    ).toEqual({ group: 'own' });
  });

  it('is parsed from a command-line option', () => {
    expect(parseIdentity(['user.email,user.id', 'claude-code=user.email'])).toEqual({
      keys: ['user.email', 'user.id'],
      services: { 'claude-code': ['user.email'] },
    });
    expect(() => parseIdentity(['user.email,,x'])).toThrow(/got "user.email,,x"/);
    expect(() => identityRules({ keys: [' '] })).toThrow(/names of attributes/);
  });
});
