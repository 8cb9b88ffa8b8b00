import { identify } from '@userspan/node';
import { genkit } from 'genkit';
import { openAI } from '@genkit-ai/compat-oai/openai';

const ai = genkit({ plugins: [openAI({ baseURL: process.env.OPENAI_BASE_URL })] });

async function ask(prompt) {
  const { text } = await ai.generate({ model: openAI.model('gpt-4o-mini'), prompt });
  return text;
}

const questions = JSON.parse(process.env.QUESTIONS ?? '[{ "user": "ada", "question": "Where is Oslo?" }]');
const answers = await Promise.all(
  questions.map(({ user, question }) => identify(user, { plan: 'pro' }, () => ask(question))),
);
for (const answer of answers) console.log(answer);
