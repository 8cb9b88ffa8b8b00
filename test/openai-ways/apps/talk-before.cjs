// The WebSocket class is loaded before the set-up: `node talk-before.cjs openai7 realtime/ws`.
const { talk } = require('./talk.mjs');

const [name, path] = process.argv.slice(2);
const { OpenAI } = require(name);
const { OpenAIRealtimeWS } = require(`${name}/${path}`);
require('./setup.cjs');

void talk(OpenAI, OpenAIRealtimeWS);
