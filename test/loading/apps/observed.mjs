import { identify, observeOpenAI, register } from '@userspan/node';
import OpenAI from 'openai';

const userspan = register({ openai: false });
void identify('u1', async () => {
  const messages = [{ role: 'user', content: 'Hello' }];
  const client = observeOpenAI(new OpenAI());
  const { choices } = await client.chat.completions.create({ model: 'gpt-4o-mini', messages });
  console.log(JSON.stringify(choices));
  await userspan.shutdown();
});
