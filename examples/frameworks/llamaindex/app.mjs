import { OpenAI } from '@llamaindex/openai';
import { identify } from '@userspan/node';

const llm = new OpenAI({ model: 'gpt-4o-mini', baseURL: process.env.OPENAI_BASE_URL });

async function ask(question) {
  const { message } = await llm.chat({ messages: [{ role: 'user', content: question }] });
  return message.content;
}

const questions = JSON.parse(process.env.QUESTIONS ?? '[{ "user": "ada", "question": "Where is Oslo?" }]');
const answers = await Promise.all(
  questions.map(({ user, question }) => identify(user, { plan: 'pro' }, () => ask(question))),
);
for (const answer of answers) console.log(answer);
