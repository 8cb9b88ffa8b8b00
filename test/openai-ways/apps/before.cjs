// A client that is created before the set-up.
const { callClient } = require('./call.mjs');
const { OpenAI } = require(process.argv[2]);

const client = new OpenAI({ apiKey: 'sk-test', baseURL: process.env.OPENAI_TEST_URL });
require('./setup.cjs');
void callClient(client);
