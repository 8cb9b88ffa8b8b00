import { expect, test } from 'vitest';
import { filterLabel, readCallFilters, readFilters, toggleValue, typedFilter } from './filters.ts';

test('reads only known filters', () => {
  const search = {
    group: 'acme',
    model: ['a', 'b'],
    'prop.plan': 'pro',
    'prop.': 'x',
    q: 'ada',
    tag: '',
    service: 3,
  };
  expect(readFilters(search)).toEqual({ group: 'acme', model: ['a', 'b'], 'prop.plan': 'pro' });
  expect(readCallFilters(search)).toEqual({ model: ['a', 'b'] });
});

test('adds and removes a filter value', () => {
  expect(toggleValue([], 'a')).toEqual(['a']);
  expect(toggleValue(['a'], 'b')).toEqual(['a', 'b']);
  expect(toggleValue(['a'], 'a')).toBeUndefined();
});

test('labels filters', () => {
  expect([filterLabel('group'), filterLabel('prop.plan')]).toEqual(['Group', 'plan']);
});

test.each([
  ['plan=pro', { name: 'prop.plan', value: 'pro' }],
  ['model = gpt-4.1', { name: 'model', value: 'gpt-4.1' }],
  ['prop.a=b=c', { name: 'prop.a', value: 'b=c' }],
  ['plan', undefined],
  ['=pro', undefined],
  ['plan=', undefined],
])('parses the typed filter %s', (text, filter) => {
  expect(typedFilter(text)).toEqual(filter);
});
