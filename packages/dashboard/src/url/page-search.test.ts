import { expect, test } from 'vitest';
import { listOf, readCallSearch, readUserSearch, readUsersSearch } from './page-search.ts';
import { parseSearch, stringifySearch } from './search-codec.ts';

test('a link to the users page restores its state', () => {
  const search = {
    range: '7d',
    currency: 'EUR@0.92',
    group: 'acme',
    'prop.plan': ['pro', 'team'],
    q: 'ada & co',
    sort: 'lastSeen',
    order: 'asc',
    columns: 'user,cost',
    metric: 'tokens',
    by: 'service',
    open: '0042',
  };
  expect(readUsersSearch(parseSearch(stringifySearch(search)))).toEqual(search);
});

test.each([
  ['unknown values', '?sort=__proto__&order=up&metric=x&by=y&evil=1', {}],
  ['a name twice counts as the last', '?q=a&q=b&sort=cost&sort=calls', { q: 'b', sort: 'calls' }],
  ['empty values', '?q=&open=', {}],
])('ignores %s', (_name, text, search) => {
  expect(readUsersSearch(parseSearch(text))).toEqual(search);
});

test('the user page keeps the parameters of its list', () => {
  const list = listOf({ q: 'a&b', sort: 'calls', columns: 'user', open: 'u1', range: '7d' });
  expect(list).toBe('q=a%26b&sort=calls&range=7d');
  expect(readUserSearch(parseSearch(stringifySearch({ id: 'a/../b', list })))).toEqual({
    id: 'a/../b',
    list,
  });
});

test('a missing required parameter is empty', () => {
  expect(readUserSearch({})).toEqual({ id: '' });
  expect(readCallSearch({ trace: 'a' })).toEqual({ trace: 'a', span: '' });
});
