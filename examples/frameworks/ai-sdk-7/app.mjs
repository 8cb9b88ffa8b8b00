import { OpenTelemetry } from '@ai-sdk/otel';
import { createOpenAI } from '@ai-sdk/openai';
import { identify } from '@userspan/node';
import { generateText, registerTelemetry, streamText } from 'ai';

// Once for the whole app.
registerTelemetry(new OpenTelemetry());
const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL });

async function ask(prompt) {
  const { text } = await generateText({ model: openai('gpt-4o-mini'), prompt });
  let streamed = '';
  const { textStream } = streamText({ model: openai.chat('gpt-4o-mini'), prompt });
  for await (const part of textStream) streamed += part;
  return `${text} ${streamed}`;
}

const questions = JSON.parse(process.env.QUESTIONS ?? '[{ "user": "ada", "question": "Where is Oslo?" }]');
const answers = await Promise.all(
  questions.map(({ user, question }) => identify(user, { plan: 'pro' }, () => ask(question))),
);
for (const answer of answers) console.log(answer);
