// An Express app that calls OpenAI; asked once, by a client of its own that no tracer adds headers to.
import { get } from 'node:http';
import express from 'express';
import OpenAI from 'openai';
import { call } from './call.mjs';

const app = express();
app.get('/', async (_request, response) => {
  await call(new OpenAI());
  response.end();
});
const server = app.listen(0, '127.0.0.1', () => {
  get({ port: server.address().port, host: '127.0.0.1', agent: false }, (response) => {
    response.resume().on('end', async () => {
      server.close();
      await globalThis.flushSpans?.();
    });
  });
});
