import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { takeIdFromQuery } from './api-routes.ts';

const querystring = { type: 'object', properties: { from: { type: 'string' } }, additionalProperties: false };

test.each([
  ['an id in the path', '/users/u42?from=1', { id: 'u42', from: '1' }],
  ['two dots', '/users/~?id=..&from=1', { id: '..', from: '1' }],
  ['one dot', '/users/~?id=.', { id: '.' }],
  ['any id in the query', '/users/~?id=a%2Fb', { id: 'a/b' }],
  ['a tilde without an id in the query is the id', '/users/~', { id: '~' }],
  ['an id in the query is ignored if the path has one', '/users/u42?id=u43', { id: 'u42' }],
  ['two ids in the query are ignored', '/users/~?id=a&id=b', { id: '~' }],
])('%s', async (_name, url, seen) => {
  const app = fastify();
  takeIdFromQuery(app);
  app.get('/users/:id', { schema: { querystring } }, (request) => ({
    ...(request.params as object),
    ...(request.query as object),
  }));
  const response = await app.inject(url);
  expect(response.json()).toEqual(seen);
  await app.close();
});
