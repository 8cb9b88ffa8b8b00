import type { Attributes, AttributeValue } from '@userspan/ledger';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { divideAttributes, fullAttributes } from './stored-attributes.ts';

const SAME = String.raw`"\u003d"`;
const NUMBER = String.raw`"\u0023"`;
const ID = String.raw`"\u0040"`;
const USER = String.raw`"\u0075":0`;
const RESPONSE = 'resp_68b2f4c0a1b2c3d4';

interface Stored {
  readonly attributes: string;
  readonly user?: string;
  readonly numbers?: readonly string[];
  readonly ids?: string;
}

const CASES: readonly (readonly [
  name: string,
  attributes: Attributes,
  columns: { user_id: string; thread_id: string },
  stored: Stored,
])[] = [
  [
    'ids that equal the columns',
    { 'user.id': 'u1', 'session.id': 't1', 'gen_ai.conversation.id': 't1', model: 'm' },
    { user_id: 'u1', thread_id: 't1' },
    {
      attributes: `{${USER},"session.id":${SAME},"gen_ai.conversation.id":${SAME},"model":"m"}`,
      user: `"user.id":${SAME}`,
    },
  ],
  [
    'an id that was not chosen for the column',
    { 'user.id': 'u2', 'session.id': 't2' },
    { user_id: 'u1', thread_id: 't1' },
    { attributes: `{${USER},"session.id":"t2"}`, user: '"user.id":"u2"' },
  ],
  [
    'a column with the id of the resource',
    { model: 'm' },
    { user_id: 'u1', thread_id: '' },
    { attributes: '{"model":"m"}' },
  ],
  [
    'an empty id',
    { 'user.id': '' },
    { user_id: '', thread_id: '' },
    { attributes: `{${USER}}`, user: '"user.id":""' },
  ],
  [
    'ids that look like their placeholders',
    { 'session.id': String.raw`\u003d`, other: '=', third: '#', 'fourth.id': '@' },
    { user_id: 'u1', thread_id: 't1' },
    { attributes: String.raw`{"session.id":"\\u003d","other":"=","third":"#","fourth.id":"@"}` },
  ],
  [
    'an id with quotes and line breaks',
    { 'user.id': 'a"b\n' },
    { user_id: 'a"b\n', thread_id: '' },
    { attributes: `{${USER}}`, user: `"user.id":${SAME}` },
  ],
  [
    'all attributes of a user, one of them a number',
    { model: 'm', 'user.id': 'u1', 'user.name': 'A, "B"', 'userspan.user.age': 7, 'userspan.tags': ['x'] },
    { user_id: 'u1', thread_id: '' },
    {
      attributes: `{"model":"m",${USER},"userspan.tags":["x"]}`,
      user: String.raw`"user.id":"\u003d","user.name":"A, \"B\"","userspan.user.age":7`,
    },
  ],
  [
    'two groups of attributes of a user, of which only the first is moved',
    { 'user.name': 'A', model: 'm', 'user.email': 'a@b' },
    { user_id: '', thread_id: '' },
    { attributes: `{${USER},"model":"m","user.email":"a@b"}`, user: '"user.name":"A"' },
  ],
  [
    'an attribute of a user that is a list',
    { 'user.roles': ['a', 'user.b'], 'user.name': 'A' },
    { user_id: '', thread_id: '' },
    { attributes: `{"user.roles":["a","user.b"],${USER}}`, user: '"user.name":"A"' },
  ],
  [
    'an id inside another attribute and inside a string',
    { meta: { 'user.id': 'u1' }, text: '"user.id":"u1"', 'user.id': 'u1' },
    { user_id: 'u1', thread_id: '' },
    {
      attributes: String.raw`{"meta":{${USER}},"text":"\"user.id\":\"u1\"","user.id":"u1"}`,
      user: `"user.id":${SAME}`,
    },
  ],
  [
    'whole numbers of up to 15 digits',
    { a: 0, 'b.c': 123, d: 1.5, e: -1, f: 1e21, g: 999_999_999_999_999, h: 2 ** 53 - 1, i: true, j: [1, 2] },
    { user_id: '', thread_id: '' },
    {
      attributes: `{"a":${NUMBER},"b.c":${NUMBER},"d":1.5,"e":-1,"f":1e+21,"g":${NUMBER},"h":9007199254740991,"i":true,"j":[1,2]}`,
      numbers: ['0', '123', '999999999999999'],
    },
  ],
  [
    'numbers in strings that look like JSON',
    { a: ':12,', b: '{"x":12}', c: ',"x":12,', d: { x: 12 }, 'e f': 12 },
    { user_id: '', thread_id: '' },
    {
      attributes: String.raw`{"a":":12,","b":"{\"x\":12}","c":",\"x\":12,","d":{"x":"\u0023"},"e f":12}`,
      numbers: ['12'],
    },
  ],
  [
    'ids by their name and form',
    {
      'gen_ai.response.id': RESPONSE,
      request_id: '0f8fad5b-d9cb-469f-a165-70867728950e',
      responseId: 'chatcmpl-AbCdEfGhIj',
      'short.id': 'abc',
      'text.id': 'a text with spaces in it',
      model: 'a-model-with-a-long-name',
    },
    { user_id: '', thread_id: '' },
    {
      attributes: `{"gen_ai.response.id":${ID},"request_id":${ID},"responseId":${ID},"short.id":"abc","text.id":"a text with spaces in it","model":"a-model-with-a-long-name"}`,
      ids: `${RESPONSE},0f8fad5b-d9cb-469f-a165-70867728950e,chatcmpl-AbCdEfGhIj`,
    },
  ],
  [
    'a number',
    { 'user.id': 7 },
    { user_id: '7', thread_id: '' },
    { attributes: `{${USER}}`, user: '"user.id":7' },
  ],
  [
    'attributes longer than the limit',
    { 'user.id': 'u1', tokens: 12, prompt: 'x'.repeat(5000) },
    { user_id: 'u1', thread_id: '' },
    { attributes: `{"user.id":${SAME},"tokens":12,"prompt":"${'x'.repeat(5000)}"}` },
  ],
  [
    'attributes of exactly the limit',
    { tokens: 12, text: 'x'.repeat(4096 - '{"tokens":12,"text":""}'.length) },
    { user_id: '', thread_id: '' },
    {
      attributes: `{"tokens":${NUMBER},"text":"${'x'.repeat(4096 - '{"tokens":12,"text":""}'.length)}"}`,
      numbers: ['12'],
    },
  ],
  [
    'objects in a list',
    { list: [{ 'user.id': 'u1', a: 1 }, 2, [{ 'user.id': 'u1' }], null], b: -0 },
    { user_id: 'u1', thread_id: '' },
    {
      attributes: `{"list":[{${USER},"a":${NUMBER}},2,[{"user.id":"u1"}],null],"b":${NUMBER}}`,
      user: `"user.id":${SAME}`,
      numbers: ['1', '0'],
    },
  ],
  [
    'a name that contains a quote and the name of an id',
    { 'x"user.id': 'u1', 'user.id': 'u1' },
    { user_id: 'u1', thread_id: '' },
    { attributes: String.raw`{"x\"user.id":"u1",` + `${USER}}`, user: `"user.id":${SAME}` },
  ],
  ['no attributes', {}, { user_id: 'u1', thread_id: '' }, { attributes: '{}' }],
];

test.each(CASES)('%s', (_, given, columns, { attributes, user = '', numbers = [], ids = '' }) => {
  const json = JSON.stringify(given);
  const stored = divideAttributes(given, columns);
  expect(stored).toEqual({
    attributes,
    user_attributes: user,
    attribute_numbers: numbers,
    attribute_ids: ids,
  });
  expect(fullAttributes({ ...columns, ...stored })).toBe(json);
  expect(JSON.parse(attributes)).toBeTypeOf('object');
});

test('reads attributes that an older version stored, with all ids or without those of columns', () => {
  const columns = {
    user_id: 'u1',
    thread_id: '',
    user_attributes: '',
    attribute_numbers: [],
    attribute_ids: '',
  };
  const full = '{"user.id":"u1","user.name":"A","tokens":12}';
  expect(fullAttributes({ ...columns, attributes: full })).toBe(full);
  const short = `{"user.id":${SAME},"user.name":"A","tokens":12}`;
  expect(fullAttributes({ ...columns, attributes: short })).toBe(full);
});

test('reads any stored attributes unchanged, and stores them as JSON', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '=',
      '"',
      '\\',
      ',',
      '{',
      ',"user.id":1',
      '":12,',
      SAME,
      NUMBER,
      ID,
      USER,
      'u1',
      RESPONSE,
    ),
  );
  const names = fc.oneof(
    fc.string(),
    fc.constantFrom('user.id', 'session.id', 'gen_ai.conversation.id', 'x"user.id'),
    fc.constantFrom('user.name', 'userspan.user.plan', 'gen_ai.response.id', 'tokens', 'u', ','),
  );
  const { value } = fc.letrec<{ value: AttributeValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(names, tie('value'), { maxKeys: 3 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(names, value), text, text, (given, userId, threadId) => {
      const columns = { user_id: userId, thread_id: threadId };
      const json = JSON.stringify(given);
      const stored = divideAttributes(given, columns);
      expect(fullAttributes({ ...columns, ...stored })).toBe(json);
      expect(JSON.parse(stored.attributes)).toBeTypeOf('object');
    }),
    { numRuns: 500 },
  );
});
