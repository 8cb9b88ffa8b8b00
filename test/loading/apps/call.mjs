// One call of a client; prints what the caller gets.
import { identify } from '@userspan/node';

/** As u1. */
export function call(client) {
  return identify('u1', () => answer(client));
}

/** As the user of the context, if there is one. */
export async function answer(client) {
  const messages = [{ role: 'user', content: 'Hello' }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-4o-mini', messages });
  console.log(JSON.stringify({ choices, usage }));
}
