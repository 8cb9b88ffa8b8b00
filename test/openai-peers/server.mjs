// A fake OpenAI API on a socket for packages/openai/bench/openai.mjs. It runs in a separate process, so that its work is not
// measured. It sends its port to the parent process, and also accepts PostHog's batches of events.
import { createServer } from 'node:http';
import { answer, streamFor } from './answers.mjs';

const server = createServer(async (request, response) => {
  let body = '';
  for await (const piece of request) body += piece;
  if (!request.url.endsWith('/chat/completions')) {
    response.setHeader('content-type', 'application/json');
    response.end('{"status":1}');
    return;
  }
  const chunks = streamFor(body);
  response.setHeader('content-type', chunks === undefined ? 'application/json' : 'text/event-stream');
  for (const chunk of chunks ?? [answer]) response.write(chunk);
  response.end();
});
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
