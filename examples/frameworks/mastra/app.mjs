import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { Observability } from '@mastra/observability';
import { OtelBridge } from '@mastra/otel-bridge';
import { createOpenAI } from '@ai-sdk/openai';
import { identify } from '@userspan/node';

const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL });
const mastra = new Mastra({
  agents: {
    guide: new Agent({
      id: 'guide',
      name: 'Guide',
      instructions: 'You are a guide.',
      model: openai('gpt-4o-mini'),
    }),
  },
  observability: new Observability({
    configs: { default: { serviceName: 'guide', bridge: new OtelBridge() } },
  }),
  logger: false,
});

async function ask(question) {
  const { text } = await mastra.getAgent('guide').generate(question);
  return text;
}

const questions = JSON.parse(process.env.QUESTIONS ?? '[{ "user": "ada", "question": "Where is Oslo?" }]');
const answers = await Promise.all(
  questions.map(({ user, question }) => identify(user, { plan: 'pro' }, () => ask(question))),
);
for (const answer of answers) console.log(answer);
