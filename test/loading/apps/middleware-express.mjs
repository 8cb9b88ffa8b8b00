// An Express app whose middleware names the user, and whose handler calls OpenAI.
import { get } from 'node:http';
import { identifyRequest } from '@userspan/node/express';
import express from 'express';
import OpenAI from 'openai';

const app = express();
app.use(identifyRequest(async () => ({ id: 'u1' })));
app.use(express.json());
app.get('/', async (_request, response) => {
  const messages = [{ role: 'user', content: 'Hello' }];
  const { choices, usage } = await new OpenAI().chat.completions.create({ model: 'gpt-4o-mini', messages });
  console.log(JSON.stringify({ choices, usage }));
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
