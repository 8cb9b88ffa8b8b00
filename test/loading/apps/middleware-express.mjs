// An Express app whose middleware names the user, and whose handler calls OpenAI.
import { identifyRequest } from '@userspan/node/express';
import express from 'express';
import OpenAI from 'openai';
import { answer } from './call.mjs';
import { serveOnce } from './serve-once.mjs';

const app = express();
app.use(identifyRequest(async () => ({ id: 'u1' })));
app.use(express.json());
app.get('/', async (_request, response) => {
  await answer(new OpenAI());
  response.end();
});
serveOnce(app);
