import { describe, expect, it } from 'vitest';
import { MAX_ID_LENGTH, MAX_PROPS, MAX_PROP_LENGTH } from '@userspan/core/internal';

import { userOf } from './user-of.ts';
import type { AttributeValue, Attributes } from '../span.ts';

describe('the id', () => {
  it.each<{ name: string; value: AttributeValue; id: string }>([
    { name: 'a text', value: 'u42', id: 'u42' },
    { name: 'a whole number', value: 42, id: '42' },
    { name: 'a 64-bit number', value: 9_223_372_036_854_775_807n, id: '9223372036854775807' },
    { name: 'as long as allowed', value: 'x'.repeat(MAX_ID_LENGTH), id: 'x'.repeat(MAX_ID_LENGTH) },
    { name: 'with NUL, line ends and emoji', value: 'a\u0000\r\nb👩‍👩‍👧', id: 'a\u0000\r\nb👩‍👩‍👧' },
    { name: 'a name that objects have', value: '__proto__', id: '__proto__' },
  ])('is stored whole: $name', ({ value, id }) => {
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
  ])('is refused with the reason: $name', ({ value, refused }) => {
    expect(userOf({ 'user.id': value })).toEqual({ claimed: false, refused });
  });

  it.each<AttributeValue>(['', null])('is nobody for %j', (value) => {
    expect(userOf({ 'user.id': value })).toEqual({ claimed: false });
  });

  it.each<{ name: string; attributes: Attributes; id: string }>([
    {
      name: 'the conventions before a vendor',
      attributes: { 'langfuse.user.id': 'l', 'user.id': 'u' },
      id: 'u',
    },
    {
      name: 'a vendor where the conventions are refused',
      attributes: { 'user.id': true, 'lunary.user.id': 'l' },
      id: 'l',
    },
    { name: 'an id before its hash', attributes: { 'user.hash': 'h', 'user.id': 'u' }, id: 'u' },
    { name: 'the old name of the conventions', attributes: { 'enduser.id': 'e' }, id: 'e' },
    { name: 'LangSmith', attributes: { 'langsmith.metadata.user_id': 's' }, id: 's' },
    { name: 'Traceloop', attributes: { 'traceloop.association.properties.user_id': 't' }, id: 't' },
    { name: 'a map of OpenInference, not as JSON', attributes: { metadata: { user_id: 'm' } }, id: 'm' },
  ])('comes from the best name: $name', ({ attributes, id }) => {
    expect(userOf(attributes).user?.id).toBe(id);
  });

  it('is not what a prototype says', () => {
    const attributes: Attributes = Object.create({ 'user.id': 'somebody' });
    expect(userOf(attributes)).toEqual({ claimed: false });
    expect(userOf({ metadata: '{"__proto__":{"userId":"somebody"}}' })).toEqual({ claimed: false });
  });
});

describe('the props', () => {
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

  it('leave out what is no prop', () => {
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

  it('of a name that objects have are props like any other', () => {
    const props = propsOf(JSON.parse('{"userspan.user.__proto__":"x","userspan.user.constructor":"y"}'));
    expect(Object.entries(props as object)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(Object.getPrototypeOf(props)).toBe(Object.prototype);
  });

  it('are taken back with null', () => {
    expect(userOf({ 'user.id': 'u', 'userspan.user.plan': null, 'user.name': null }).removedProps).toEqual([
      'name',
      'plan',
    ]);
  });

  it('are so many at most', () => {
    const many = Array.from({ length: 1000 }, (_, i) => [`userspan.user.p${i}`, i]);
    expect(Object.keys(propsOf(Object.fromEntries(many)) as object)).toHaveLength(MAX_PROPS);
  });

  it('of nobody are nobody’s', () => {
    expect(userOf({ 'user.name': 'Ada' })).toEqual({ claimed: false });
  });
});
