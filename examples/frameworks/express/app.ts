import { identifyRequest } from '@userspan/node/express';
import express from 'express';
import OpenAI from 'openai';

const openai = new OpenAI();
const app = express();
app.use(express.json());
// In your app: the user of the session, after the middleware that knows it.
app.use(
  identifyRequest((request) => {
    const id = request.get('x-user');
    return id === undefined ? undefined : { id, props: { plan: 'pro' } };
  }),
);

app.post('/ask', async (request, response) => {
  const { question } = request.body as { question: string };
  const { choices } = await openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: question }],
  });
  response.json({ answer: choices[0]?.message.content });
});

app.listen(Number(process.env['PORT'] ?? 3000));
