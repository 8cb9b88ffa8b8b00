import { call } from './call.mjs';

const { OpenAI, default: byDefault } = await import(process.argv[2]);
await call(new (OpenAI ?? byDefault)());
