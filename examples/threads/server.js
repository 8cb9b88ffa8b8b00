import { EventEmitter } from 'node:events';

import { bindUser, currentUser, openThread, resumeThread, trackFeedback } from '@userspan/node';
import { identifyRequest } from '@userspan/node/express';
import express from 'express';

import { answer, summarise } from './desk.js';

/** The user of each session. In your app: the session store. */
const sessions = {
  's-ada': { id: 'u_ada', name: 'Ada', plan: 'pro' },
  's-ben': { id: 'u_ben', name: 'Ben', plan: 'free' },
};

const answered = new EventEmitter();
const app = express();
app.use(express.json());
app.use(
  identifyRequest((request) => {
    const session = sessions[request.get('x-session') ?? ''];
    return session && { id: session.id, props: { name: session.name, plan: session.plan } };
  }),
);

app.post('/chat', async (request, response) => {
  const { threadId, text, isRetry = false } = request.body;
  const thread = threadId === undefined ? openThread({ tags: ['desk'] }) : resumeThread(threadId);
  const question = thread.trackMessage({ role: 'user', content: text, isRetry });
  response.setHeader('x-thread', thread.id);
  const run = thread.run(() => answer(text).setParent(question));
  let whole = '';
  for await (const piece of run) {
    whole += piece;
    response.write(piece);
  }
  const id = thread.trackMessage({ role: 'assistant', content: whole });
  // A request of another user may emit this event later. With bindUser, the summary still has the current user.
  answered.once(
    'quiet',
    bindUser(() => thread.run(() => void summarise(whole))),
  );
  response.end(`\n${id}`);
});

app.post('/feedback', (request, response) => {
  const { threadId, messageId, thumb } = request.body;
  trackFeedback(messageId, { thumb });
  resumeThread(threadId).trackEvent('rated', { by: currentUser()?.id ?? 'nobody' });
  response.sendStatus(204);
});

app.post('/quiet', (_request, response) => {
  answered.emit('quiet');
  response.sendStatus(204);
});

const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
