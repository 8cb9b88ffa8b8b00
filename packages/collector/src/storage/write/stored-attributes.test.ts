import fc from 'fast-check';
import { expect, test } from 'vitest';

import { fullAttributes, shortAttributes } from './stored-attributes.ts';

const SHORT = String.raw`"\u003d"`;
const CASES: readonly (readonly [
  name: string,
  attributes: object,
  columns: { user_id: string; thread_id: string },
  stored: string,
])[] = [
  [
    'ids that equal the columns',
    { 'user.id': 'u1', 'session.id': 't1', 'gen_ai.conversation.id': 't1', model: 'm' },
    { user_id: 'u1', thread_id: 't1' },
    `{"user.id":${SHORT},"session.id":${SHORT},"gen_ai.conversation.id":${SHORT},"model":"m"}`,
  ],
  [
    'an id that was not chosen for the column',
    { 'user.id': 'u2', 'session.id': 't2' },
    { user_id: 'u1', thread_id: 't1' },
    '{"user.id":"u2","session.id":"t2"}',
  ],
  ['a column with the id of the resource', { model: 'm' }, { user_id: 'u1', thread_id: '' }, '{"model":"m"}'],
  ['an empty id', { 'user.id': '' }, { user_id: '', thread_id: '' }, '{"user.id":""}'],
  [
    'ids that look like their placeholders',
    { 'user.id': '=', 'session.id': String.raw`\u003d`, other: '=' },
    { user_id: 'u1', thread_id: 't1' },
    String.raw`{"user.id":"=","session.id":"\\u003d","other":"="}`,
  ],
  [
    'an id with quotes and line breaks',
    { 'user.id': 'a"b\n' },
    { user_id: 'a"b\n', thread_id: '' },
    `{"user.id":${SHORT}}`,
  ],
  [
    'an id inside another attribute and inside a string',
    { meta: { 'user.id': 'u1' }, text: '"user.id":"u1"', 'user.id': 'u1' },
    { user_id: 'u1', thread_id: '' },
    String.raw`{"meta":{"user.id":"\u003d"},"text":"\"user.id\":\"u1\"","user.id":"u1"}`,
  ],
  ['a number', { 'user.id': 7 }, { user_id: '7', thread_id: '' }, '{"user.id":7}'],
  ['no attributes', {}, { user_id: 'u1', thread_id: '' }, '{}'],
];

test.each(CASES)('%s', (_, given, columns, stored) => {
  const attributes = JSON.stringify(given);
  expect(shortAttributes({ ...columns, attributes })).toBe(stored);
  expect(fullAttributes({ ...columns, attributes: stored })).toBe(attributes);
  expect(JSON.parse(stored)).toBeTypeOf('object');
});

test('reads any stored attributes unchanged', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('=', '"', '\\', SHORT, 'u1'),
  );
  const names = fc.oneof(
    fc.string(),
    fc.constantFrom('user.id', 'session.id', 'gen_ai.conversation.id', 'x"user.id'),
  );
  fc.assert(
    fc.property(fc.dictionary(names, text), text, text, (given, userId, threadId) => {
      const columns = { user_id: userId, thread_id: threadId };
      const attributes = JSON.stringify(given);
      const stored = shortAttributes({ ...columns, attributes });
      expect(fullAttributes({ ...columns, attributes: stored })).toBe(attributes);
    }),
  );
});
