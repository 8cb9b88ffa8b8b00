// Sends one call with a client and prints the result.
import { identify } from '@userspan/node';

/** Runs as the user u1. */
export function call(client) {
  return identify('u1', () => answer(client));
}

/** Runs as the current user, if there is one. */
export async function answer(client) {
  const messages = [{ role: 'user', content: 'Hello' }];
  const { choices, usage } = await client.chat.completions.create({ model: 'gpt-4o-mini', messages });
  console.log(JSON.stringify({ choices, usage }));
}
