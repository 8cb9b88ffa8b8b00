// Set-up in code, the openai package loaded after it.
import { identify, register } from '@userspan/node';

const userspan = register({ serviceName: 'in code' });
const again = register();
console.log(again === userspan ? 'the first set-up' : 'another set-up');
const { default: OpenAI } = await import('openai');
const openai = new OpenAI();
await identify('u1', { name: 'Ada' }, () =>
  openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: '[[input 19; output 10]]' }],
  }),
);
await userspan.shutdown();
await userspan.shutdown();
console.log('done');
