import { wrapAgent, wrapTool } from '@userspan/node';
import { openai } from './openai.js';
import { openingHours } from './shop.js';

const tools = [
  {
    type: 'function',
    function: {
      name: 'opening_hours',
      description: 'When the shop is open on a day of the week.',
      parameters: {
        type: 'object',
        properties: { day: { type: 'string' } },
        required: ['day'],
      },
    },
  },
];

const lookUp = wrapTool(openingHours, { name: 'opening_hours' });

/** Asks the model, runs the tools that it calls, and asks again with their results. */
export const answer = wrapAgent(async function answer(question) {
  const messages = [
    { role: 'system', content: 'You answer for a small bicycle shop. Be brief.' },
    { role: 'user', content: question },
  ];
  const first = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages, tools });
  const { message } = first.choices[0];
  if (!message.tool_calls?.length) return message.content;

  messages.push(message);
  for (const call of message.tool_calls) {
    const { day } = JSON.parse(call.function.arguments || '{}');
    messages.push({ role: 'tool', tool_call_id: call.id, content: await lookUp(day) });
  }
  const second = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages, tools });
  return second.choices[0].message.content;
});
