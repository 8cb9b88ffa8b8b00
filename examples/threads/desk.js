import { wrapAgent, wrapChain, wrapModel, wrapTool } from '@userspan/node';
import OpenAI from 'openai';

const openai = new OpenAI();

const findOrder = wrapTool(async function findOrder(number) {
  return { number, state: number % 2 === 0 ? 'sent' : 'packed' };
});

/** A small model of the app itself, which no instrumentation records. */
const classify = wrapModel(
  async (text) => ({ label: /where|order/i.test(text) ? 'order' : 'other', tokens: text.split(' ').length }),
  {
    model: 'desk-classifier-2',
    provider: 'house',
    usage: (answer) => ({ inputTokens: answer.tokens, outputTokens: 1 }),
  },
);

const route = wrapChain(async function route(text) {
  const { label } = await classify(text);
  return label;
});

/** Streams the model's answer. */
export const answer = wrapAgent(async function* answer(text) {
  const order =
    (await route(text)) === 'order' ? await findOrder(Number(/\d+/.exec(text)?.[0] ?? 0)) : undefined;
  const stream = await openai.chat.completions.create({
    model: 'gpt-4o-mini',
    stream: true,
    messages: [
      { role: 'system', content: `Be brief. Known: ${JSON.stringify(order ?? {})}` },
      { role: 'user', content: text },
    ],
  });
  for await (const chunk of stream) yield chunk.choices[0]?.delta.content ?? '';
});

/** Runs after the answer; nothing waits for it. */
export const summarise = wrapAgent(async function summarise(text) {
  const messages = [{ role: 'user', content: `In three words: ${text}` }];
  return await openai.chat.completions.create({ model: 'gpt-4o-mini', messages });
});
