import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { context, propagation } from '@opentelemetry/api';
import { withThread } from '@userspan/node';
import { build } from 'esbuild';
import OpenAI from 'openai';

const openai = new OpenAI();
const collector = {
  endpoint: process.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? 'http://localhost:4318',
  key: process.env.USERSPAN_BROWSER_KEY, // a write-only key: userspan token --permission browser
};

const { outputFiles } = await build({
  entryPoints: [new URL('page.js', import.meta.url).pathname],
  bundle: true,
  minify: true,
  write: false,
});

const page = `<!doctype html><meta charset="utf-8"><title>Chat</title>
<button id="login">Log in as Ada</button> <button id="logout">Log out</button>
<form><input placeholder="Ask something" autofocus> <button id="ask">Ask</button></form>
<p><output></output> <button id="up">👍</button> <button id="down">👎</button></p>
<script>globalThis.collector = ${JSON.stringify(collector)}</script><script src="/page.js"></script>`;

const server = createServer(async (request, response) => {
  if (request.url === '/') response.setHeader('content-type', 'text/html').end(page);
  else if (request.url === '/page.js')
    response.setHeader('content-type', 'text/javascript').end(outputFiles[0].contents);
  else if (request.url === '/chat') await chat(request, response);
  else response.writeHead(404).end();
});

/** The page's span is the parent, so the call has the user that the page names. The collector marks this user as claimed. */
function chat(request, response) {
  const fromThePage = propagation.extract(context.active(), request.headers);
  return context.with(fromThePage, async () => {
    const { question, thread } = JSON.parse(await text(request));
    const answer = await withThread(thread, () =>
      openai.chat.completions.create({
        model: 'gpt-4o-mini',
        messages: [{ role: 'user', content: question }],
      }),
    );
    response.end(answer.choices[0].message.content);
  });
}

server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`chat page on http://127.0.0.1:${server.address().port}`);
});
process.once('SIGTERM', () => server.close());
