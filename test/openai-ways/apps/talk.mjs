// One response over a Realtime session of a given class.
export async function talk(OpenAI, OpenAIRealtimeWS, baseURL = process.env.OPENAI_TEST_SECURE_URL) {
  const client = new OpenAI({ apiKey: 'sk-test', baseURL });
  const session = new OpenAIRealtimeWS({ model: 'gpt-realtime' }, client);
  session.on('session.created', () => {
    session.send({ type: 'response.create', response: { instructions: '[[input 9]]' } });
  });
  session.on('response.done', () => session.close());
  await new Promise((resolve, reject) => {
    session.on('error', reject);
    session.socket.on('close', resolve);
  });
}
