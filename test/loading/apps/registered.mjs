import { identify, register } from '@userspan/node';

const userspan = register();
const { default: OpenAI } = await import('openai');
await identify('u1', async () => {
  const messages = [{ role: 'user', content: 'Hello' }];
  const { choices } = await new OpenAI().chat.completions.create({ model: 'gpt-4o-mini', messages });
  console.log(JSON.stringify(choices));
});
await userspan.shutdown();
