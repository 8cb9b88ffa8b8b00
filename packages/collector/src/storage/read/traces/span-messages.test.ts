import { expect, test } from 'vitest';

import { messagesOf } from './span-messages.ts';

const HI = [{ role: 'user', content: 'Hi' }];

test.each<[name: string, attributes: Record<string, unknown>, messages: unknown]>([
  ['no content', { 'gen_ai.request.model': 'm' }, undefined],
  [
    'attributes of the GenAI conventions',
    { 'gen_ai.input.messages': JSON.stringify(HI), 'gen_ai.system_instructions': 'Be kind' },
    { system: 'Be kind', input: HI, output: null },
  ],
  [
    'structured values',
    { 'gen_ai.input.messages': HI, 'gen_ai.output.messages': [] },
    { system: null, input: HI, output: [] },
  ],
  [
    'OpenLLMetry, an attribute for each field',
    {
      'gen_ai.prompt.0.role': 'user',
      'gen_ai.prompt.0.content': 'Hi',
      'gen_ai.completion.0.role': 'assistant',
      'gen_ai.completion.0.tool_calls.0.id': 'c1',
      'gen_ai.completion.0.tool_calls.0.name': 'find',
      'gen_ai.completion.0.tool_calls.0.arguments': '{}',
    },
    {
      system: null,
      input: HI,
      output: [
        {
          role: 'assistant',
          content: undefined,
          tool_calls: [{ type: 'function', id: 'c1', name: 'find', arguments: '{}' }],
        },
      ],
    },
  ],
  [
    'OpenInference, with whole requests beside its messages',
    {
      'input.value': '{"messages":[]}',
      'llm.input_messages.0.message.role': 'user',
      'llm.input_messages.0.message.content': 'Hi',
      'output.value': '{"choices":[{"message":{"content":"Ho"}}]}',
    },
    { system: null, input: HI, output: [{ message: { content: 'Ho' } }] },
  ],
  [
    'Vercel AI',
    { 'ai.prompt.messages': JSON.stringify(HI), 'ai.response.text': 'Ho' },
    { system: null, input: HI, output: 'Ho' },
  ],
  ['broken JSON', { 'gen_ai.prompt': '[{' }, { system: null, input: '[{', output: null }],
  ['an index that is too large', { 'gen_ai.prompt.99999999999.role': 'user' }, undefined],
])('%s', (_name, attributes, messages) => {
  expect(messagesOf(attributes)).toEqual(messages);
});
