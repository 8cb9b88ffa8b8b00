import { identify } from '@userspan/core';
import OpenAI from 'openai';

const openai = new OpenAI();

async function ask(question) {
  const messages = [{ role: 'user', content: question }];
  const { choices } = await openai.chat.completions.create({ model: 'gpt-4o-mini', messages });
  return choices[0].message.content;
}

const questions = JSON.parse(process.env.QUESTIONS ?? '[{ "user": "ada", "question": "Where is Oslo?" }]');
const answers = await Promise.all(
  questions.map(({ user, question }) => identify(user, { plan: 'pro' }, () => ask(question))),
);
for (const answer of answers) console.log(answer);
