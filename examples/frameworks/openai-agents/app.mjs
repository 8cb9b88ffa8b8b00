import { Agent, addTraceProcessor, run, tool } from '@openai/agents';
import { identify } from '@userspan/node';
import { AgentsTracingProcessor } from '@userspan/openai/agents';
import { z } from 'zod';

addTraceProcessor(new AgentsTracingProcessor());

const weather = tool({
  name: 'weather',
  description: 'The weather of a city',
  parameters: z.object({}),
  execute: () => Promise.resolve('Sunny.'),
});
const guide = new Agent({ name: 'Guide', model: 'gpt-4o-mini', tools: [weather] });

async function ask(question) {
  const { finalOutput } = await run(guide, question);
  return finalOutput;
}

const questions = JSON.parse(process.env.QUESTIONS ?? '[{ "user": "ada", "question": "Where is Oslo?" }]');
const answers = await Promise.all(
  questions.map(({ user, question }) => identify(user, { plan: 'pro' }, () => ask(question))),
);
for (const answer of answers) console.log(answer);
