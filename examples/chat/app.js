import { identify, openThread } from '@userspan/node';
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

/** The agent looks things up and answers in one piece; `thread` of the answer goes on with the conversation. */
app.post('/ask', async (request, response) => {
  const thread = openThread({ id: request.body.thread });
  response.json({ thread: thread.id, answer: await thread.run(() => answer(request.body.question)) });
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
