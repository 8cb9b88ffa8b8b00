// An app that is set up with --import @userspan/node/auto and contains one line for Userspan.
import { identify } from '@userspan/node';
import OpenAI from 'openai';

const openai = new OpenAI();
await identify('u1', { name: 'Ada' }, () =>
  openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: '[[input 19; output 10]]' }],
  }),
);
console.log('done');
