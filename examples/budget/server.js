import { identify } from '@userspan/node';
import express from 'express';
import OpenAI from 'openai';
import { withinBudget } from './within-budget.js';

const openai = new OpenAI();
const app = express();

// In your app: the user of the session.
app.use((request, response, next) => {
  request.userId = request.get('x-user') ?? 'anonymous';
  next();
});

app.get('/answer', withinBudget, async (request, response) => {
  const answer = await identify(request.userId, {}, () =>
    openai.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: 'Say hello.' }],
    }),
  );
  response.json({ text: answer.choices[0].message.content, budgetLeft: response.locals.budgetLeft });
});

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
process.once('SIGTERM', () => server.close());
