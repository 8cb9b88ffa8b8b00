// An Express app that calls OpenAI.
import express from 'express';
import OpenAI from 'openai';
import { call } from './call.mjs';
import { serveOnce } from './serve-once.mjs';

const app = express();
app.get('/', async (_request, response) => {
  await call(new OpenAI());
  response.end();
});
serveOnce(app);
