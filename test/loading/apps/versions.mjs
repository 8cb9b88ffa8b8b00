// Several versions of openai in one process, as ES modules and CommonJS; one of them is called.
import { createRequire } from 'node:module';
import OpenAI from 'openai';
import OpenAI4 from 'openai4';
import OpenAI5 from 'openai5';
import OpenAI6 from 'openai6';
import { call } from './call.mjs';

const require = createRequire(import.meta.url);
const copies = {
  7: OpenAI,
  6: OpenAI6,
  5: OpenAI5,
  4: OpenAI4,
  'CommonJS 7': require('openai').OpenAI,
  'CommonJS 4': require('openai4').OpenAI,
};
await call(new copies[process.argv[2]]());
