import { GoogleGenAI } from '@google/genai';
import { identify, wrapModel } from '@userspan/node';
import { normalizeUsage } from '@userspan/pricing';

const google = new GoogleGenAI({
  apiKey: process.env.GEMINI_API_KEY,
  httpOptions: { baseUrl: process.env.GOOGLE_GEMINI_BASE_URL },
});
const gemini = wrapModel(
  (contents) => google.models.generateContent({ model: 'gemini-2.5-flash', contents }),
  {
    provider: 'gcp.gemini',
    model: 'gemini-2.5-flash',
    usage: ({ usageMetadata }) => normalizeUsage('gemini', usageMetadata),
  },
);

async function ask(question) {
  const { text } = await gemini(question);
  return text;
}

const questions = JSON.parse(process.env.QUESTIONS ?? '[{ "user": "ada", "question": "Where is Oslo?" }]');
const answers = await Promise.all(
  questions.map(({ user, question }) => identify(user, { plan: 'pro' }, () => ask(question))),
);
for (const answer of answers) console.log(answer);
