import { tool } from '@langchain/core/tools';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { ChatOpenAI } from '@langchain/openai';
import { UserspanHandler } from '@userspan/langchain';
import { z } from 'zod';

const findOrder = tool(({ id }) => `Order ${id} leaves tomorrow.`, {
  name: 'find_order',
  description: 'Looks an order up',
  schema: z.object({ id: z.number() }),
});

const agent = createReactAgent({
  llm: new ChatOpenAI({ model: 'gpt-4o-mini', configuration: { baseURL: process.env.OPENAI_BASE_URL } }),
  tools: [findOrder],
  name: 'support',
});

const callbacks = [new UserspanHandler()]; // once for the whole app

export async function ask(user, thread, question) {
  const { messages } = await agent.invoke(
    { messages: [{ role: 'user', content: question }] },
    { callbacks, metadata: { userId: user.id, userProps: user.props }, configurable: { thread_id: thread } },
  );
  return messages.at(-1).content;
}

const ada = { id: 'u_ada', props: { name: 'Ada', plan: 'pro' } };
const ben = { id: 'u_ben', props: { name: 'Ben', plan: 'free' } };
const answers = await Promise.all([
  ask(ada, 'thread-1', 'Where is order 7?'),
  ask(ben, 'thread-2', 'And order 12?'),
  ask(ada, 'thread-1', 'Thanks! And order 8?'),
]);
for (const answer of answers) console.log(answer);
