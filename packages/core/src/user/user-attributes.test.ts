import { expect, test } from 'vitest';

import { userAttributes, userFromAttributes } from './user-attributes.ts';

const user = {
  id: 'u1',
  props: { name: 'Ada', email: 'a@b.c', avatar: 'https://x/a.png', group: 'g', seats: 3, on: true },
};
const attributes = {
  'user.id': 'u1',
  'user.name': 'Ada',
  'user.email': 'a@b.c',
  'userspan.user.avatar': 'https://x/a.png',
  'userspan.user.group': 'g',
  'userspan.user.seats': 3,
  'userspan.user.on': true,
};

test('a user is unchanged after conversion to attributes and back', () => {
  expect(userAttributes(user)).toEqual(attributes);
  expect(userFromAttributes({ ...attributes, 'http.method': 'GET', 'session.id': 's' })).toEqual(user);
});

test.each([
  ['no id', { 'user.name': 'Ada' }, undefined],
  ['an empty id', { 'user.id': '' }, undefined],
  ['an id that is an object', { 'user.id': { a: 1 } }, undefined],
  ['an id that is a number', { 'user.id': 7 }, { id: '7', props: {} }],
  [
    'a hash in place of the id',
    { 'user.hash': 'abc', 'userspan.user.plan': 'pro' },
    { id: 'abc', props: { plan: 'pro' } },
  ],
  [
    'an id, which takes precedence over a hash',
    { 'user.id': 'u', 'user.hash': 'abc' },
    { id: 'u', props: {} },
  ],
  [
    'invalid props',
    { 'user.id': 'u', 'userspan.user.a': [1], 'userspan.user.__proto__': 1, 'userspan.user.': 2 },
    { id: 'u', props: {} },
  ],
])('reads a user from attributes with %s', (_, from, expected) => {
  expect(userFromAttributes(from)).toEqual(expected);
});
