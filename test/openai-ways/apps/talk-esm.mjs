// An ESM app: `node --import ./setup.mjs talk-esm.mjs openai7 realtime/ws`.
import { talk } from './talk.mjs';

const [name, path] = process.argv.slice(2);
const { OpenAI, default: byDefault } = await import(name);
const { OpenAIRealtimeWS } = await import(`${name}/${path}`);
await talk(OpenAI ?? byDefault, OpenAIRealtimeWS);
