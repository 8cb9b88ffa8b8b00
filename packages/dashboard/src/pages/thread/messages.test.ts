import { expect, test } from 'vitest';
import { readMessages } from './messages.ts';

interface Shown {
  readonly role: string;
  readonly text?: string;
  readonly calls?: readonly string[];
  readonly results?: readonly string[];
}

const chat = (...content: readonly unknown[]): unknown => [{ role: 'assistant', content }];

test.each<[name: string, value: unknown, messages: readonly Shown[]]>([
  ['nothing', undefined, []],
  ['text', 'Hello', [{ role: 'user', text: 'Hello' }]],
  ['text that looks like JSON', '{broken', [{ role: 'user', text: '{broken' }]],
  [
    'chat messages as JSON',
    '[{"role":"system","content":"Be brief"},{"role":"user","content":[{"type":"text","text":"Hi"}]}]',
    [
      { role: 'system', text: 'Be brief' },
      { role: 'user', text: 'Hi' },
    ],
  ],
  [
    'parts of the GenAI conventions, with a tool call and reasoning',
    [
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', content: 'Hm' },
          { type: 'text', content: 'Yes' },
          { type: 'tool_call', id: 'c1', name: 'find', arguments: { q: 'x' } },
        ],
      },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: { n: 3 } }] },
    ],
    [
      { role: 'assistant', text: 'Yes', calls: ['c1 find {"q":"x"}'] },
      { role: 'tool', results: ['c1 {"n":3}'] },
    ],
  ],
  [
    'a choice of the Chat Completions API',
    [{ index: 0, message: { role: 'assistant', content: 'Ok' } }],
    [{ role: 'assistant', text: 'Ok' }],
  ],
  [
    'its tool calls and their results',
    [
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'find', arguments: '{"q":1}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'three' },
    ],
    [
      { role: 'assistant', calls: ['c1 find {"q":1}'] },
      { role: 'tool', results: ['c1 three'] },
    ],
  ],
  [
    'items of the Responses API',
    [
      { type: 'function_call', call_id: 'c1', id: 'fc1', name: 'find', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: 'three' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Three' }] },
    ],
    [
      { role: 'assistant', calls: ['c1 find {}'] },
      { role: 'tool', results: ['c1 three'] },
      { role: 'assistant', text: 'Three' },
    ],
  ],
  [
    'blocks of the Messages API of Anthropic',
    [
      ...(chat({ type: 'tool_use', id: 'c1', name: 'find', input: { q: 1 } }) as object[]),
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'c1', content: 'gone', is_error: true }],
      },
    ],
    [
      { role: 'assistant', calls: ['c1 find {"q":1}'] },
      { role: 'tool', results: ['c1 gone !'] },
    ],
  ],
  ['a picture', chat({ type: 'image_url', image_url: {} }), [{ role: 'assistant', text: '[image]' }]],
  ['a refusal', [{ role: 'assistant', content: null, refusal: 'No.' }], [{ role: 'assistant', text: 'No.' }]],
  ['an unknown object is shown unchanged', [{ a: 1 }], [{ role: 'user', text: '{\n  "a": 1\n}' }]],
  ['an empty message is left out', [{ role: 'user', content: '' }], []],
  [
    'values that are not messages',
    [null, 1, true],
    [
      { role: 'user', text: '1' },
      { role: 'user', text: 'true' },
    ],
  ],
])('%s', (_name, value, messages) => {
  expect(
    readMessages(value, 'user').map(({ role, text, toolCalls, toolResults }): Shown => ({
      role,
      ...(text === '' ? {} : { text }),
      ...(toolCalls.length === 0
        ? {}
        : { calls: toolCalls.map(({ id, name, args }) => `${id} ${name} ${args}`) }),
      ...(toolResults.length === 0
        ? {}
        : { results: toolResults.map(({ id, result, isError }) => `${id} ${result}${isError ? ' !' : ''}`) }),
    })),
  ).toEqual(messages);
});
