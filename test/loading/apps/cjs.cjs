const { OpenAI } = require(process.argv[2]);

void import('./call.mjs').then(({ call }) => call(new OpenAI()));
