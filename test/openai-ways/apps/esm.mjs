// An ESM app: `node --import ./setup.mjs esm.mjs openai7`.
import { call } from './call.mjs';

for (const name of process.argv.slice(2)) {
  const { OpenAI, default: byDefault } = await import(name);
  await call(OpenAI ?? byDefault);
}
