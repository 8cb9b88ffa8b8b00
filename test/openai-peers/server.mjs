// An OpenAI API on a socket for packages/openai/bench/openai.mjs, in a process of its own: the time that it takes to
// answer counts as no contender's overhead. Sends its port to its parent, and takes batches of events for PostHog as well.
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
