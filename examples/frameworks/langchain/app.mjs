import { tool } from '@langchain/core/tools';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { ChatOpenAI } from '@langchain/openai';
import { UserspanHandler } from '@userspan/langchain';
import { z } from 'zod';

const weather = tool(() => 'Sunny.', {
  name: 'weather',
  description: 'The weather of a city',
  schema: z.object({}),
});
const agent = createReactAgent({
  llm: new ChatOpenAI({ model: 'gpt-4o-mini', configuration: { baseURL: process.env.OPENAI_BASE_URL } }),
  tools: [weather],
  name: 'guide',
});
const callbacks = [new UserspanHandler()]; // once for the whole app

async function ask(user, question) {
  const { messages } = await agent.invoke(
    { messages: [{ role: 'user', content: question }] },
    { callbacks, metadata: { userId: user, userProps: { plan: 'pro' } } },
  );
  return messages.at(-1).content;
}

const questions = JSON.parse(process.env.QUESTIONS ?? '[{ "user": "ada", "question": "Where is Oslo?" }]');
const answers = await Promise.all(questions.map(({ user, question }) => ask(user, question)));
for (const answer of answers) console.log(answer);
