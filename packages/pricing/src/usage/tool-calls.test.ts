import { expect, it } from 'vitest';

import { priceOf } from '../price-of.ts';
import { normalizeUsage } from './normalize-usage.ts';
import { countToolCalls } from './tool-calls.ts';

const call = (id: string, rest = {}): object => ({
  type: 'code_interpreter_call',
  container_id: id,
  ...rest,
});

it.each([
  ['no items', [], undefined],
  ['only text', [{ type: 'message' }], undefined],
  [
    'searches',
    [{ type: 'web_search_call' }, { type: 'file_search_call' }],
    { webSearchCalls: 1, fileSearchCalls: 1 },
  ],
  ['a failed search', [{ type: 'web_search_call', status: 'failed' }], undefined],
  ['an opened page', [{ type: 'web_search_call', action: { type: 'open_page' } }], undefined],
  ['one container, used twice', [call('c1'), call('c1')], { code_interpreter_containers: 1 }],
  [
    'two containers, one for a failed call',
    [call('c1'), call('c2', { status: 'failed' })],
    { code_interpreter_containers: 2 },
  ],
  [
    'shells in two containers, one of which the code interpreter uses, and a shell of the app',
    [
      call('c1'),
      { type: 'shell_call', environment: { type: 'container_reference', container_id: 'c1' } },
      { type: 'shell_call', environment: { type: 'container_reference', container_id: 'c2' } },
      { type: 'shell_call', environment: { type: 'local' } },
      { type: 'shell_call', environment: null },
    ],
    { code_interpreter_containers: 2 },
  ],
  [
    'a generated picture, and one that failed',
    [
      { type: 'image_generation_call', status: 'completed' },
      { type: 'image_generation_call', status: 'failed' },
    ],
    { image_generation_calls: 1 },
  ],
  [
    'calls of tools that are not known, also failed ones',
    [
      { type: 'fly_call' },
      { type: 'fly_call', status: 'failed' },
      { type: 'web_search_call' },
      { type: 'acme:swim_call' },
    ],
    { webSearchCalls: 1, 'tool_calls.fly_call': 2, 'tool_calls.acme:swim_call': 1 },
  ],
  [
    'functions, tools of the app, outputs of tools, and other items',
    [
      'function_call',
      'custom_tool_call',
      'computer_call',
      'local_shell_call',
      'mcp_call',
      'apply_patch_call',
      'tool_search_call',
      'multi_agent_call',
      'function_call_output',
      'reasoning',
      'compaction',
      'program',
      'a call',
      `${'x'.repeat(100)}_call`,
    ].map((type) => ({ type })),
    undefined,
  ],
  ['invalid items', [null, 1, 'x', { type: 5 }, Object.create(null)], undefined],
])('%s', (_name, output, expected) => {
  expect(countToolCalls(output)).toEqual(expected);
});

it('a container makes the cost partial unless the number of its sessions is known', () => {
  const request = {
    provider: 'openai',
    model: 'gpt-4o-mini',
    at: '2026-11-20T09:30:00Z',
    output: [call('c1')],
  };
  const usage = { inputTokens: 1_000_000, outputTokens: 0 };
  expect(priceOf({ ...request, usage })).toMatchObject({
    unpriced: expect.stringContaining('code_interpreter_containers'),
    pricedPart: { exact: '0.15' },
  });
  expect(priceOf({ ...request, usage: { ...usage, codeInterpreterSessions: 0 } })).toMatchObject({
    exact: '0.15',
  });
  const answer = { usage: { input_tokens: 10, output_tokens: 0 }, output: [call('c1')] };
  expect(normalizeUsage('responses', answer)).toHaveProperty('code_interpreter_containers', 1);
});

it.each([
  ['no count', undefined, 'image_generation_calls'],
  ['a count of other tools', { web_search: { num_requests: 0 } }, 'image_generation_calls'],
  ['a count of zero', { image_gen: { input_tokens: 0, output_tokens: 0, total_tokens: 0 } }, undefined],
  [
    'a count, but no model',
    { image_gen: { input_tokens: 1, output_tokens: 4160 } },
    'image generation tokens',
  ],
])('a generated picture is partly unpriced unless its tokens are priced: %s', (_name, tools, missing) => {
  const output = [{ type: 'image_generation_call', status: 'completed' }];
  const answer = { usage: { input_tokens: 1_000_000, output_tokens: 0 }, output, tool_usage: tools };
  const request = { provider: 'openai', model: 'gpt-4o-mini', at: '2026-11-20T09:30:00Z', output };
  const cost = priceOf({ ...request, usage: normalizeUsage('responses', answer) });
  if (missing === undefined) expect(cost).toMatchObject({ exact: '0.15' });
  else
    expect(cost).toMatchObject({ unpriced: expect.stringContaining(missing), pricedPart: { exact: '0.15' } });
});

it.each([
  ['known counts', { web_search: { num_requests: 2 }, image_gen: { input_tokens: 0, output_tokens: 2 } }, {}],
  ['an unknown tool', { fly: { num_requests: 2 } }, { 'tool_usage.fly.num_requests': 2 }],
  ['an unknown tool with zero usage', { fly: { num_requests: 0 } }, {}],
  [
    'an unknown count in a search',
    { web_search: { num_requests: 1, num_pages: 3 } },
    { 'tool_usage.web_search.num_pages': 3 },
  ],
  [
    'an unknown count in image generation',
    { image_gen: { input_tokens: 0, output_tokens: 2, output_tokens_details: { video_tokens: 5 } } },
    { 'tool_usage.image_gen.output_tokens_details.video_tokens': 5 },
  ],
  [
    'counts of any name, and measurements',
    { fly: { miles: 3, deep: { laps: 2, elapsed_ms: 40, cost: 0.1 } }, web_search: { premium: '2' } },
    {
      'tool_usage.fly.miles': 3,
      'tool_usage.fly.deep.laps': 2,
      'tool_usage.web_search.premium': 2,
    },
  ],
  ['tokens in a search', { web_search: { input_tokens: 4 } }, { 'tool_usage.web_search.input_tokens': 4 }],
])('tool usage: %s', (_name, tools, expected) => {
  const usage = normalizeUsage('responses', {
    usage: { input_tokens: 10, output_tokens: 0 },
    tool_usage: tools,
  });
  expect(Object.fromEntries(Object.entries(usage).filter(([name]) => name.includes('_')))).toEqual(expected);
});
