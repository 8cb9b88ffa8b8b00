// One call of one user, in a thread. OpenTelemetry's own variables say which backend the spans go to.
import { identify, register, withThread } from '@userspan/node';

const registration = register({ serviceName: 'app' });
const { OpenAI } = await import('openai');
const client = new OpenAI({ apiKey: 'sk-test', baseURL: process.env.OPENAI_BASE_URL, maxRetries: 0 });
const messages = [{ role: 'user', content: 'Where is Oslo? [[input 2000; cached 1024; output 100]]' }];
await identify('u-backend', { name: 'Ada' }, () =>
  withThread('thread-1', () => client.chat.completions.create({ model: 'gpt-4o-mini', messages })),
);
await registration.shutdown();
