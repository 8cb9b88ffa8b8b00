import OpenAI from 'openai';
import { identify } from '@userspan/node';

const user: { readonly id: string } = { id: 'u1' };

async function main(): Promise<void> {
  await identify(user.id, async () => {
    const messages = [{ role: 'user' as const, content: 'Hello' }];
    const { choices } = await new OpenAI().chat.completions.create({ model: 'gpt-4o-mini', messages });
    console.log(JSON.stringify(choices));
  });
}

void main();
