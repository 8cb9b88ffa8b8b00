import { createOpenAI } from '@ai-sdk/openai';
import { identify } from '@userspan/node';
import { generateText, streamText } from 'ai';

const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL });
// Pass this to every call: without it, the SDK records no span.
const experimental_telemetry = { isEnabled: true, recordInputs: false, recordOutputs: false };

async function ask(prompt) {
  const { text } = await generateText({ model: openai('gpt-4o-mini'), prompt, experimental_telemetry });
  let streamed = '';
  const { textStream } = streamText({ model: openai.chat('gpt-4o-mini'), prompt, experimental_telemetry });
  for await (const part of textStream) streamed += part;
  return `${text} ${streamed}`;
}

const questions = JSON.parse(process.env.QUESTIONS ?? '[{ "user": "ada", "question": "Where is Oslo?" }]');
const answers = await Promise.all(
  questions.map(({ user, question }) => identify(user, { plan: 'pro' }, () => ask(question))),
);
for (const answer of answers) console.log(answer);
