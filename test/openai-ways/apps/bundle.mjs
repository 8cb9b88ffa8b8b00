// What an app with everything in one file looks like; `REPAIR` is set by the bundler.
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OpenAIInstrumentation } from '@userspan/openai';
import OpenAI from 'openai';
import { call } from './call.mjs';
import { tracerProvider } from './spans.mjs';

const instrumentation = new OpenAIInstrumentation();
registerInstrumentations({ tracerProvider, instrumentations: [instrumentation] });
if (process.env.REPAIR === 'yes') instrumentation.manuallyInstrument(OpenAI);
await call(OpenAI);
