import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

/** An app that calls OpenAI and exports its spans, with a server for both. Prints what this did to the app. */
const APP = `
import { executionAsyncId } from 'node:async_hooks';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { register } from '@userspan/node';

const require = createRequire(import.meta.url);
const instrumentations = [];
if (process.argv.includes('traced')) {
  const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
  instrumentations.push(new HttpInstrumentation({ disableIncomingRequestInstrumentation: true }));
}
const { createServer } = require('node:http');
let exports = 0;
const server = createServer((request, response) => {
  if (request.url === '/v1/traces') exports += 1;
  response.setHeader('content-type', 'application/json');
  request.resume().once('end', () => response.end('{}'));
}).listen(0, '127.0.0.1');
await once(server, 'listening');

const names = [];
const keeping = { onStart() {}, onEnd: ({ name }) => names.push(name), forceFlush: async () => {}, shutdown: async () => {} };
const origin = \`http://127.0.0.1:\${server.address().port}\`;
const registration = register({
  endpoint: origin,
  instrumentations,
  spanProcessors: [keeping],
});
// Until a client is patched, requests are checked for clients that cannot be.
const { OpenAI } = await import('openai');
const client = new OpenAI({ apiKey: 'k', baseURL: \`\${origin}/v1\` });
await client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] });
await registration.flush();
// Without hooks, promises have no ids, and their callbacks keep that of the code around them.
const outer = executionAsyncId();
const hasHooks = await Promise.resolve().then(() => executionAsyncId() !== outer);
process.stdout.write(JSON.stringify({ exports, names, hasHooks }));
process.exit();
`;

const hasFrames = Number.parseInt(process.versions.node, 10) >= 24;

test.each([
  ['turn on no async hooks if nothing traces them', [], false],
  ['are not traced by an instrumentation of HTTP', ['traced'], !hasFrames],
])('a call and its export %s', async (_title, args, hasHooks) => {
  const { NODE_OPTIONS: _options, VITEST: _vitest, ...env } = process.env;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', APP, ...args],
    { cwd: fileURLToPath(new URL('../..', import.meta.url)), env },
  );
  expect(JSON.parse(stdout)).toEqual({ exports: 1, names: ['chat gpt-4o-mini'], hasHooks });
});
