import { identify } from '@userspan/node';
import express from 'express';
import { answer } from './agent.js';
import { openai } from './openai.js';
import { userOfSession } from './sessions.js';

export const app = express();
app.use(express.json());

// The one line: everything below runs as the user who is signed in.
app.use((request, response, next) => {
  const user = userOfSession(request.get('authorization'));
  if (user) identify(user.id, user.props, next);
  else next();
});

/** The agent looks things up and answers in one piece. */
app.post('/ask', async (request, response) => {
  response.json({ answer: await answer(request.body.question) });
});

/** The model writes, the visitor reads along, and may leave before it ends. */
app.post('/write', async (request, response) => {
  const stream = await openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: request.body.prompt }],
    stream: true,
  });
  response.type('text/plain');
  for await (const chunk of stream) {
    if (response.destroyed) break; // the visitor left: no more tokens, please
    response.write(chunk.choices[0]?.delta.content ?? '');
  }
  response.end();
});

app.use((error, request, response, next) => {
  if (response.headersSent) return next(error);
  response.status(error.status ?? 500).json({ error: error.message });
});
