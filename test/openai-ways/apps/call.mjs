// One call without and one with a stream, with a given client class.
export async function call(OpenAI, baseURL = process.env.OPENAI_TEST_URL) {
  await callClient(new OpenAI({ apiKey: 'sk-test', baseURL }));
}

export async function callClient(client) {
  const messages = [{ role: 'user', content: 'Hello' }];
  await client.chat.completions.create({ model: 'gpt-4o-mini', messages });
  const stream = await client.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true });
  let count = 0;
  for await (const chunk of stream) count += chunk.choices.length;
  if (count === 0) throw new Error('nothing was streamed');
}
