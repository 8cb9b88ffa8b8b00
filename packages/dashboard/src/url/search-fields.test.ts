import { expect, test } from 'vitest';
import { readPageSearch } from './page-search.ts';
import { pages, type PagePath } from './pages.ts';
import { refusedParameters, type Fields } from './search-fields.ts';
import { parseSearch } from './search-codec.ts';

const refused = (path: PagePath, text: string): readonly (readonly [string, boolean])[] =>
  refusedParameters(parseSearch(text), pages[path].fields as Fields).map(({ name, takes }) => [
    name,
    takes === undefined,
  ]);

test.each([
  ['/', '?modle=x', [['modle', true]]],
  [
    '/',
    '?__proto__=x&constructor=y&toString=z',
    ['__proto__', 'constructor', 'toString'].map((name) => [name, true]),
  ],
  ['/', '?sort=speed&order=up&range=9y', ['sort', 'order', 'range'].map((name) => [name, false])],
  ['/', '?from=yesterday&currency=EUR', ['from', 'currency'].map((name) => [name, false])],
  ['/', '?prop.plan=pro&prop.=x', [['prop.', true]]],
  ['/', '?model=a&model=b&group=c&tag=d&service=e&provider=f&operation=g&q=h', []],
  ['/', '?sort=&modle=', []],
  ['/groups', '?sort=p95&by=model', [['by', true]]],
  ['/group', '?id=acme&list=models&view=users&month=2026-11', [['month', true]]],
  ['/margin', '?month=2026-13', [['month', false]]],
  ['/', '?from=2026-11-02&to=2026-11-01', [['to', false]]],
  ['/', '?to=2026-11-01&from=2026-11-01', [['to', false]]],
  ['/', '?from=2026-11-01&to=2026-11-02', []],
  ['/', '?from=2026-11-01', []],
  ['/', '?to=2026-11-01', []],
] as const)('%s%s rejects %j', (path, text, expected) => {
  expect(refused(path, text)).toEqual(expected);
});

test.each([
  ['/', '?range=7d&range=30d', [['range', '30d', true]]],
  ['/', '?range=7d&range=7d', [['range', '7d', true]]],
  [
    '/',
    '?q=ada&q=bob&order=asc&order=desc',
    [
      ['q', 'bob', true],
      ['order', 'desc', true],
    ],
  ],
  ['/thread', '?id=a&id=b', [['id', 'b', true]]],
  ['/', '?range=7d&range=never', [['range', 'never', false]]],
  ['/', '?modle=a&modle=b', [['modle', 'b', false]]],
  ['/', '?model=a&model=b&prop.plan=a&prop.plan=b', []],
] as const)('%s%s: %j are reported, and whether they are repeated', (path, text, expected) => {
  const found = refusedParameters(parseSearch(text), pages[path].fields);
  expect(found.map(({ name, value, isRepeated }) => [name, value, isRepeated])).toEqual(expected);
});

test('returns undefined for an invalid value of a parameter', () => {
  const search = readPageSearch('/groups', { sort: 'speed', order: 'asc', group: 'acme' });
  expect(Object.hasOwn(search, 'sort')).toBe(true);
  expect(search).toEqual({ sort: undefined, order: 'asc', group: 'acme' });
});
