// A CommonJS app: `node --require ./setup.cjs cjs.cjs openai7`.
const { call } = require('./call.mjs');

async function main() {
  for (const name of process.argv.slice(2)) await call(require(name).OpenAI);
}

void main();
