import { expect, test } from 'vitest';

import { endpointOfLine } from './batch-line.ts';

test.each([
  ['chat', { object: 'chat.completion' }, 'chat'],
  ['a response', { object: 'response' }, 'responses'],
  ['a completion', { object: 'text_completion' }, 'completions'],
  ['embeddings', { object: 'list', data: [{ object: 'embedding' }] }, 'embeddings'],
  ['pictures', { created: 1, data: [{ b64_json: 'QQ==' }], usage: {} }, 'images'],
  ['the address of a picture', { created: 1, data: [{ url: 'https://host.example/1.png' }] }, 'images'],
  ['a video', { object: 'video', status: 'completed' }, 'videos'],
  ['a moderation, which is free', { id: 'modr-1', results: [] }, undefined],
  ['an error', { error: { code: 'x' } }, undefined],
  ['a list of nothing', { object: 'list', data: [] }, undefined],
])('%s', (_name, body, api) => {
  expect(endpointOfLine(body)?.api).toBe(api);
});
