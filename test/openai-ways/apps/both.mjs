// One process with the ESM and the CommonJS copy of a package, which have different classes.
import { createRequire } from 'node:module';
import { call } from './call.mjs';

const name = process.argv[2];
const esm = await import(name);
const cjs = createRequire(import.meta.url)(name);
if (esm.OpenAI === cjs.OpenAI) throw new Error('the same class twice');
await call(esm.OpenAI);
await call(cjs.OpenAI);
