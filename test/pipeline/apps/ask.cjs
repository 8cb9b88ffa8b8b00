// The same in CommonJS: set up with --require @userspan/node/auto.
const { identify } = require('@userspan/node');
const OpenAI = require('openai');

const openai = new OpenAI();
identify('u1', { name: 'Ada' }, () =>
  openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: '[[input 19; output 10]]' }],
  }),
).then(() => console.log('done'));
