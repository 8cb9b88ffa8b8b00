import { expect, test } from 'vitest';

import { apiPathsOf, endpointOf } from './endpoint-of-request.ts';

test.each([
  ['/chat/completions', 'chat'],
  ['/chat/completions?x=1', 'chat'],
  ['/chat/completions#x', 'chat'],
  ['chat/completions', 'chat'],
  ['//chat/completions/', 'chat'],
  ['/v1/chat/completions', 'chat'],
  ['v1beta/openai/chat/completions', 'chat'],
  ['/openai/v1/completions', 'completions'],
  ['/deployments/gpt/chat/completions', 'chat'],
  ['/openai/deployments/gpt/images/generations?api-version=1', 'images'],
  ['https://host.example/a/b/embeddings', 'embeddings'],
  ['https://host.example/v1/threads/thread_1/runs', 'runs'],
  ['/v1/threads/thread_1/runs/run_1/submit_tool_outputs', 'runs'],
  ['/v1/videos/video_1/remix', 'videos'],
  ['/v1/chat/completions/chat_1', undefined],
  ['/v1/responses/resp_1/cancel', undefined],
  ['/v1/files', undefined],
  ['https://host.example/v1/threads/thread_1/runs/run_1/cancel', undefined],
  ['/bots/7/responses', undefined],
  ['/completions/v1', undefined],
  ['', undefined],
])('%s', (path, api) => {
  expect(endpointOf({ method: 'post', path })?.api).toBe(api);
  expect(endpointOf({ method: 'get', path })).toBeUndefined();
});

test.each([
  ['/agents/sessions/asess_1/events', true],
  ['agents/sessions/asess_1/events?after=3', true],
  ['https://host.example/v1/agents/sessions/asess_1/events', true],
  ['/agents/sessions/asess_1', false],
  ['/bots/agents/sessions/asess_1/events', false],
])('the events of an agent at %s: %s', (path, isAgent) => {
  const agents = isAgent ? 'agents' : undefined;
  expect(endpointOf({ method: 'get', path, stream: true })?.api).toBe(agents);
  expect(endpointOf({ method: 'get', path })).toBeUndefined();
});

test.each([
  ['/responses/resp_1', '/responses/resp_1'],
  ['responses/resp_1/', '/responses/resp_1'],
  ['//responses//resp_1?x=1#y', '/responses/resp_1'],
  ['v1/responses/resp_1', '/responses/resp_1'],
  ['/openai/v1/responses/resp_1', '/responses/resp_1'],
  ['/openai/deployments/gpt/responses/resp_1', '/responses/resp_1'],
  ['https://host.example:8080/a/v1/responses/resp_1', '/responses/resp_1'],
])('%s may mean %s', (path, plain) => {
  expect(apiPathsOf(path)).toContain(plain);
});

test.each(['/bots/responses/resp_1', '/x/responses/resp_1', ''])('%j means no path of a response', (path) => {
  expect(apiPathsOf(path)).not.toContain('/responses/resp_1');
});
