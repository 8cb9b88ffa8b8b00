/**
 * An app with users whose ids and props are hostile values. For each user it calls a third party and an internal host.
 *
 *     node calls.mjs '{"setUp": "register()", "thirdParty": "http://localhost:1", "internal": "http://127.0.0.1:2"}'
 *
 * Prints one line of JSON with the recorded spans and the failed calls.
 */
import { createRequire } from 'node:module';

import { identify, wrapAgent } from '@userspan/core';

import { exporter, openaiInstrumentation, setUp, warnings } from './set-up.mjs';
import { people } from './people.mjs';

const options = JSON.parse(process.argv[2]);
const flush = setUp(options.setUp, new URL(options.internal).hostname);

const require = createRequire(import.meta.url);
const http = require('node:http');
const { default: OpenAI } = await import('openai');
if (options.setUp.startsWith('a foreign')) openaiInstrumentation.manuallyInstrument(OpenAI);
const openai = new OpenAI({ apiKey: 'sk-test', baseURL: `${options.thirdParty}/v1`, maxRetries: 0 });

const get = (url) =>
  new Promise((resolve, reject) => {
    http.get(url, (response) => response.resume().on('end', resolve)).on('error', reject);
  });
const question = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] };
const chat = () => openai.chat.completions.create(question);

const failures = [];
process.on('uncaughtException', (error) => failures.push(`uncaught: ${error.message}`));
process.on('unhandledRejection', (error) => failures.push(`unhandled: ${error?.message}`));

const calls = {
  fetch: () => fetch(`${options.thirdParty}/fetch`).then((response) => response.text()),
  http: () => get(`${options.thirdParty}/http`),
  openai: () => chat(),
  stream: async () => {
    for await (const _ of await openai.chat.completions.create({ ...question, stream: true }));
  },
  'in an agent': () => wrapAgent(() => chat(), { name: 'a' })(),
  'fetch of our own, sent on to the third party': () =>
    fetch(`${options.internal}/redirect?to=${options.thirdParty}/redirected`).then((response) =>
      response.text(),
    ),
  'fetch of our own': () => fetch(`${options.internal}/fetch`).then((response) => response.text()),
  'http of our own': () => get(`${options.internal}/http`),
};

for (const [name, { id, props }] of Object.entries(people)) {
  for (const [how, call] of Object.entries(calls)) {
    try {
      await identify(id, props, call);
    } catch (error) {
      failures.push(`${name}, ${how}: ${error}`);
    }
  }
}
await flush();

const spans = exporter.getFinishedSpans();
const clients = spans.filter((span) => span.kind === 2);
console.log(
  JSON.stringify({
    failures,
    warnings,
    clients: clients.length,
    chats: clients.filter((span) => span.name === 'chat gpt-4o-mini').length,
    unnamed: clients.filter((span) => span.attributes['user.id'] === undefined).length,
    ids: [...new Set(clients.map((span) => span.attributes['user.id']))],
  }),
);
process.exit(0);
