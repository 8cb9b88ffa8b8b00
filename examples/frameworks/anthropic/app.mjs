import Anthropic from '@anthropic-ai/sdk';
import { identify, wrapModel } from '@userspan/node';
import { normalizeUsage } from '@userspan/pricing';

const anthropic = new Anthropic();
const claude = wrapModel((request) => anthropic.messages.create(request), {
  provider: 'anthropic',
  model: 'claude-haiku-4-5',
  usage: ({ usage }) => normalizeUsage('anthropic', usage),
});

async function ask(question) {
  const messages = [{ role: 'user', content: question }];
  const { content } = await claude({ model: 'claude-haiku-4-5', max_tokens: 100, messages });
  return content[0].text;
}

const questions = JSON.parse(process.env.QUESTIONS ?? '[{ "user": "ada", "question": "Where is Oslo?" }]');
const answers = await Promise.all(
  questions.map(({ user, question }) => identify(user, { plan: 'pro' }, () => ask(question))),
);
for (const answer of answers) console.log(answer);
