import { identify, openThread } from '@userspan/node';
import express from 'express';
import { answer } from './agent.js';
import { openai } from './openai.js';
import { userOfSession } from './sessions.js';

export const app = express();
app.use(express.json());

// The only change to the app: all routes below run with the signed-in user.
app.use((request, response, next) => {
  const user = userOfSession(request.get('authorization'));
  if (user) identify(user.id, user.props, next);
  else next();
});

/** Returns the agent's whole answer. Send its `thread` with the next question to continue the conversation. */
app.post('/ask', async (request, response) => {
  const thread = openThread({ id: request.body.thread });
  response.json({ thread: thread.id, answer: await thread.run(() => answer(request.body.question)) });
});

/** Streams the model's answer. The visitor may disconnect before it ends. */
app.post('/write', async (request, response) => {
  const stream = await openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: request.body.prompt }],
    stream: true,
  });
  response.type('text/plain');
  for await (const chunk of stream) {
    if (response.destroyed) break; // the visitor disconnected: cancels the stream
    response.write(chunk.choices[0]?.delta.content ?? '');
  }
  response.end();
});

app.use((error, request, response, next) => {
  if (response.headersSent) return next(error);
  response.status(error.status ?? 500).json({ error: error.message });
});
