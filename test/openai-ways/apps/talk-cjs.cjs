// A CommonJS app: `node --require ./setup.cjs talk-cjs.cjs openai7 realtime/ws`.
const { talk } = require('./talk.mjs');

const [name, path] = process.argv.slice(2);
const { OpenAI } = require(name);
const { OpenAIRealtimeWS } = require(`${name}/${path}`);

void talk(OpenAI, OpenAIRealtimeWS);
