import { expect, test } from 'vitest';
import { listOf, readCallSearch, readUserSearch, readUsersSearch } from './page-search.ts';
import { parseSearch, stringifySearch } from './search-codec.ts';

test('restores the state of the users page from a link', () => {
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
  ['the last value of a repeated name', '?q=a&q=b&sort=cost&sort=calls', { q: 'b', sort: 'calls' }],
  ['empty values', '?q=&open=', {}],
])('ignores %s', (_name, text, search) => {
  expect(readUsersSearch(parseSearch(text))).toEqual(search);
});

test('keeps the parameters of the list on the user page', () => {
  const list = listOf({ q: 'a&b', sort: 'calls', columns: 'user', open: 'u1', range: '7d' });
  expect(list).toBe('q=a%26b&sort=calls&range=7d');
  expect(readUserSearch(parseSearch(stringifySearch({ id: 'a/../b', list })))).toEqual({
    id: 'a/../b',
    list,
  });
});

test('returns an empty string for a missing required parameter', () => {
  expect(readUserSearch({})).toEqual({ id: '' });
  expect(readCallSearch({ trace: 'a' })).toEqual({ trace: 'a', span: '' });
});
