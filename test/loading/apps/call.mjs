// One call of a client, as u1; prints what the caller gets.
import { identify } from '@userspan/node';

export function call(client) {
  return identify('u1', async () => {
    const messages = [{ role: 'user', content: 'Hello' }];
    const { choices, usage } = await client.chat.completions.create({ model: 'gpt-4o-mini', messages });
    console.log(JSON.stringify({ choices, usage }));
  });
}
