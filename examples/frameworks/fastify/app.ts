import { identifyRequest } from '@userspan/node/fastify';
import Fastify from 'fastify';
import type { FastifyRequest } from 'fastify';
import OpenAI from 'openai';

const openai = new OpenAI();
const app = Fastify();
// In your app: the user of the session or of the token.
void app.register(
  identifyRequest((request: FastifyRequest) => {
    const id = request.headers['x-user'];
    return typeof id === 'string' ? { id, props: { plan: 'pro' } } : undefined;
  }),
);

app.post<{ Body: { question: string } }>('/ask', async (request) => {
  const { choices } = await openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: request.body.question }],
  });
  return { answer: choices[0]?.message.content };
});

void app.listen({ port: Number(process.env['PORT'] ?? 3000), host: '127.0.0.1' });
