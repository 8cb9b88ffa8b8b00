import { afterAll, beforeAll, expect, test } from 'vitest';

import { openTestCollector } from '../testing/test-collector.ts';
import type { TestCollector } from '../testing/test-collector.ts';
import { batch, call, user } from '../testing/trace-of.ts';

let collector: TestCollector;

const people: readonly (readonly [id: string, name: string, more?: Readonly<Record<string, string>>])[] = [
  ['u1', 'José Álvarez', { 'user.email': 'jose@example.com', 'userspan.user.group': 'Société Générale' }],
  ['u2', 'Straße & Söhne'],
  ['u3', 'İrem Işık'],
  ['u4', 'Ｗｉｄｅ Ｌｔｄ'],
  ['u5', 'Zoe\u0308 Combining'],
  ['u6', 'Łukasz Þórsson'],
  ['u7', 'ΟΔΥΣΣΕΥΣ'],
  ['u8', '北京 太郎'],
  ['jo', 'Somebody Else', { 'userspan.user.city': 'Köln' }],
  ["quote'\\%_", 'Percent'],
];

beforeAll(async () => {
  collector = await openTestCollector('chdb');
  await collector.pipeline.write(
    batch(
      ...people.map(([id, name, more = {}], at) => ({
        trace: at + 1,
        id: at + 1,
        atMs: at,
        attributes: { ...call(), ...user(id, { 'user.name': name, ...more }) },
      })),
      {
        trace: 0xabc,
        id: 0xdef,
        attributes: {
          ...call({ 'gen_ai.response.id': 'chatcmpl-9xYz' }),
          ...user('u1'),
          'session.id': 'Thread-Änderung-7',
          'userspan.tags': ['Übersetzung', 'docs-search'],
        },
      },
      { trace: 0xabd, id: 0xde0, attributes: call({ 'gen_ai.response.id': 'resp_unattributed' }) },
      {
        trace: 0xabe,
        id: 1,
        attributes: { 'session.id': 'Thread-Änderung-7', 'userspan.message.id': 'msg_0042' },
      },
    ),
  );
  await collector.send('POST', '/api/users/u8/alias', { userId: 'u1' });
}, 60_000);
afterAll(async () => {
  await collector.close();
});

const CALL = `call ${'0'.repeat(29)}abc-${'0'.repeat(13)}def`;

test.each<[q: string, ids: readonly string[]]>([
  ['alvarez', ['user u1']],
  ['ÁLVAREZ', ['user u1']],
  ['Jose Alv', ['user u1']],
  ['jose@EXAMPLE', ['user u1']],
  ['strasse', ['user u2']],
  ['STRASSE', ['user u2']],
  ['straße & so', ['user u2']],
  ['irem isik', ['user u3']],
  ['IŞIK', ['user u3']],
  ['wide ltd', ['user u4']],
  ['ｗｉｄｅ', ['user u4']],
  ['zoe comb', ['user u5']],
  ['Zoë', ['user u5']],
  ['lukasz thor', ['user u6']],
  ['οδυσσευς', ['user u7']],
  ['北京', ['user u1']],
  ['koln', ['user jo']],
  ['jo', ['user jo', 'user u1']],
  ["quote'\\", ["user quote'\\%_"]],
  ['%', ["user quote'\\%_"]],
  ['societe gen', ['user u1', 'group Société Générale']],
  ['ubersetz', ['feature Übersetzung']],
  ['DOCS search', ['feature docs-search']],
  ['GPT-4o', ['model gpt-4o-mini']],
  ['mini docs', []],
  ['thread-anderung', ['thread Thread-Änderung-7']],
  ['msg_0042', ['thread Thread-Änderung-7']],
  ['chatcmpl-9xYz', [CALL]],
  ['resp_unattributed', [`call ${'0'.repeat(29)}abd-${'0'.repeat(13)}de0`]],
  [`${'0'.repeat(29)}abc`, [CALL]],
  [`${'0'.repeat(29)}ABC`, [CALL]],
  [`00000000-0000-0000-0000-000000000abc`, [CALL]],
  [`${'0'.repeat(13)}def`, [CALL]],
  [`  ${'0'.repeat(29)}abc-${'0'.repeat(13)}def `, [CALL]],
  [`00-${'0'.repeat(29)}abc-${'0'.repeat(13)}aaa-01`, [CALL]],
  [`traceparent: 00-${'0'.repeat(29)}abc-${'0'.repeat(13)}def-00`, [CALL]],
  [`trace_id=${'0'.repeat(29)}abc`, [CALL]],
  [`"traceId": "${'0'.repeat(29)}abc",`, [CALL]],
  [`'${'0'.repeat(13)}DEF'`, [CALL]],
  [`00-${'0'.repeat(29)}abc`, []],
  [`${'0'.repeat(29)}abc-${'0'.repeat(13)}aaa`, []],
  ['Alvarez Jose', ['user u1']],
  ['  josé \u00a0 \t ÁLVAREZ ', ['user u1']],
  ['jose\u3000jose alvarez', ['user u1']],
  ['generale alvarez', ['user u1']],
  ['SOHNE strasse', ['user u2']],
  ['else koln', ['user jo']],
  ['jo koln', ['user jo']],
  ['generale societe', ['user u1', 'group Société Générale']],
  ['anderung thread', ['thread Thread-Änderung-7']],
  ['alvarez percent', []],
  ['words that match nothing', []],
  [' ', []],
])('the search for %s finds %j', async (q, ids) => {
  const { data } = await collector.get<{ data: { kind: string; id: string }[] }>(
    `/api/search?q=${encodeURIComponent(q)}`,
  );
  expect(data.map(({ kind, id }) => `${kind} ${id}`)).toEqual(ids);
});

test.each(['alvarez', 'alvarez  jose', 'generale jose'])(
  'the users list finds %s by the same rule',
  async (q) => {
    const { data } = await collector.get<{ data: { id: string }[] }>(`/api/users?q=${encodeURIComponent(q)}`);
    expect(data.map(({ id }) => id)).toEqual(['u1']);
  },
);
