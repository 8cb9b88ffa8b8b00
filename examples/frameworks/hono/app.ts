import { serve } from '@hono/node-server';
import { identifyRequest } from '@userspan/node/hono';
import { Hono } from 'hono';
import OpenAI from 'openai';

const openai = new OpenAI();
const app = new Hono();
// In your app: c.get('user'), which your own middleware has set.
app.use(
  identifyRequest((c) => {
    const id = c.req.header('x-user');
    return id === undefined ? undefined : { id, props: { plan: 'pro' } };
  }),
);

app.post('/ask', async (c) => {
  const { question } = await c.req.json<{ question: string }>();
  const { choices } = await openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: question }],
  });
  return c.json({ answer: choices[0]?.message.content });
});

serve({ fetch: app.fetch, port: Number(process.env['PORT'] ?? 3000), hostname: '127.0.0.1' });
