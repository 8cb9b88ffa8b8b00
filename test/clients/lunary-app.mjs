// An unchanged application with Lunary's client. LUNARY_API_URL and LUNARY_PRIVATE_KEY set where it sends its events.
import { ChatOpenAI } from '@langchain/openai';
import lunary from 'lunary';
import { LunaryHandler } from 'lunary/langchain';
import { monitorOpenAI } from 'lunary/openai';
import OpenAI from 'openai';

const { OPENAI_BASE_URL: baseURL, LUNARY_API_URL: apiUrl, LUNARY_PRIVATE_KEY: publicKey } = process.env;
const openai = monitorOpenAI(new OpenAI({ apiKey: 'sk-test', baseURL, maxRetries: 0 }));
const ask = (content, more = {}) =>
  openai.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }], ...more });

await ask('input 100; output 10; cached 40', {
  user: 'u-user',
  userProps: { name: 'Ada', plan: 'pro' },
  tags: ['search'],
});

const stream = await ask('one two three four five', { user: 'u-stream', stream: true });
for await (const _chunk of stream);

await ask('fail 400', { user: 'u-failed' }).catch(() => undefined);

const agent = lunary.wrapAgent(async function Support(question) {
  const tool = lunary.wrapTool(async function lookup(word) {
    return `found ${word}`;
  });
  await tool(question);
  return ask('input 50; output 5');
});
await agent('where').identify('u-agent', { name: 'Grace', email: 'grace@example.com' });

const thread = lunary.openThread({
  id: 'thread-1',
  userId: 'u-thread',
  userProps: { name: 'Linus' },
  tags: ['help'],
});
const messageId = thread.trackMessage({ id: 'message-1', role: 'user', content: 'secret question' });
const answer = lunary.wrapAgent(async function Answer() {
  return ask('input 20; output 2');
});
await answer().setParent(messageId);
thread.trackMessage({ id: 'message-2', role: 'assistant', content: 'secret answer', isRetry: true });
thread.trackEvent('opened', { from: 'menu' });
lunary.trackFeedback(messageId, { thumb: 'up', comment: 'good' });

const model = new ChatOpenAI({
  apiKey: 'sk-test',
  model: 'gpt-4o-mini',
  configuration: { baseURL },
  maxRetries: 0,
  callbacks: [new LunaryHandler({ publicKey, apiUrl })],
});
await model.invoke('input 30; output 3', {
  metadata: { userId: 'u-langchain', userProps: { name: 'Tim' } },
});

// Waits for the client, which sends its events half a second after the last one.
const idle = setInterval(() => {
  if (lunary.queue.length === 0 && !lunary.queueRunning) {
    clearInterval(idle);
  }
}, 50);
