// Compiled, not run, with openai 7, as ESM and as CommonJS: every create method accepts Userspan's fields.
import '@userspan/openai';
import OpenAI from 'openai';

const client = new OpenAI({ apiKey: 'k' });
const own = { userId: 'u', userProps: { name: 'Ada' }, tags: ['a'] };
const model = 'gpt-4o-mini';

export const calls = [
  client.responses.create({ model, input: 'Hello', ...own, userId: 'u' }),
  client.responses.compact({ model, input: 'Hello', userId: 'u', tags: ['a'] }),
  client.beta.responses.create({ model, input: 'Hello', userId: 'u', tags: ['a'] }),
  client.beta.responses.create({ model, input: 'Hello', stream: true, userProps: { name: 'Ada' } }),
  client.beta.responses.compact({ model, input: 'Hello', tags: ['a'] }),
  client.decisions.create({ model: 'gpt-6-luna', input: 'Hello', questions: [], userId: 'u', tags: ['a'] }),
  client.beta.threads.createAndRun({ assistant_id: 'asst_1', userId: 'u', tags: ['a'] }),
  client.beta.threads.runs.create('thread_1', { assistant_id: 'asst_1', userId: 'u', tags: ['a'] }),
  client.beta.threads.runs.createAndPoll('thread_1', { assistant_id: 'asst_1', userId: 'u' }),
  client.beta.threads.runs.submitToolOutputs('run_1', { thread_id: 't', tool_outputs: [], userId: 'u' }),
  client.videos.create({ prompt: 'a cat', userId: 'u', tags: ['a'] }),
  client.videos.remix('video_1', { prompt: 'a cat', userId: 'u' }),
  client.containers.create({ name: 'box', userId: 'u' }),
  client.vectorStores.search('vs_1', { query: 'cats', userId: 'u' }),
  client.fineTuning.jobs.create({ model, training_file: 'file_1', userId: 'u', tags: ['a'] }),
  client.realtime.clientSecrets.create({ userId: 'u', tags: ['a'] }),
];

export const mistakes = [
  // @ts-expect-error -- a user id is a string
  client.decisions.create({ model: 'gpt-6-luna', input: 'Hello', questions: [], userId: 7 }),
  // @ts-expect-error -- nothing else becomes possible
  client.decisions.create({ model: 'gpt-6-luna', input: 'Hello', questions: [], userid: 'u' }),
];
