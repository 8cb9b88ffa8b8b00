import { identify, register } from '@userspan/node';
import OpenAI from 'openai';

const userspan = register();
if (process.env.REMEDY === 'manuallyInstrument') userspan.manuallyInstrument(OpenAI);
void identify('u1', async () => {
  const messages = [{ role: 'user', content: 'Hello' }];
  const { choices } = await new OpenAI().chat.completions.create({ model: 'gpt-4o-mini', messages });
  console.log(JSON.stringify(choices));
});
