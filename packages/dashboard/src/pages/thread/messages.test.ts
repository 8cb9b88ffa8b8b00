import { expect, test } from 'vitest';
import { readMessages } from './messages.ts';

test.each([
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
    'parts of the GenAI conventions',
    [
      {
        role: 'assistant',
        parts: [
          { type: 'text', content: 'Yes' },
          { type: 'text', content: 'No' },
        ],
      },
    ],
    [{ role: 'assistant', text: 'Yes\nNo' }],
  ],
  [
    'a choice',
    [{ index: 0, message: { role: 'assistant', content: 'Ok' } }],
    [{ role: 'assistant', text: 'Ok' }],
  ],
  [
    'a tool call is shown as it came',
    [{ role: 'assistant', content: null, tool_calls: [{ id: 'c1' }] }],
    [{ role: 'assistant', text: '{\n  "id": "c1"\n}' }],
  ],
  ['an empty message is left out', [{ role: 'user', content: '' }], []],
])('%s', (_name, value, messages) => {
  expect(readMessages(value, 'user')).toEqual(messages);
});
