// An ESM app that sets up too late, without a remedy.
import { call } from './call.mjs';

const { OpenAI, default: byDefault } = await import(process.argv[2]);
await import('./setup.mjs');
await call(OpenAI ?? byDefault);
await call(OpenAI ?? byDefault);
