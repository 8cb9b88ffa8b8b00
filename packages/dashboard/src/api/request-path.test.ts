import { expect, test } from 'vitest';
import { apiPath } from './request.ts';

test.each([
  ['a plain id', ['users', 'u42'], {}, '/api/users/u42'],
  ['an id that is a path', ['users', 'a/b?c#d'], {}, '/api/users/a%2Fb%3Fc%23d'],
  [
    'an id that a path would resolve',
    ['users', '..', 'usage'],
    { by: 'model' },
    '/api/users/~/usage?id=..&by=model',
  ],
  ['a query', ['users'], { q: 'a&b', limit: 5, cursor: undefined }, '/api/users?q=a%26b&limit=5'],
  ['a parameter with several values', ['users'], { model: ['a', 'b'] }, '/api/users?model=a&model=b'],
])('%s', (_name, parts, query, path) => {
  expect(apiPath(parts, query)).toBe(path);
});
