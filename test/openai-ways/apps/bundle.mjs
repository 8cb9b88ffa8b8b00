// An app for a bundle in one file. The bundler sets `REPAIR`.
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OpenAIInstrumentation } from '@userspan/openai';
import OpenAI from 'openai';
import { call } from './call.mjs';
import { tracerProvider } from './spans.mjs';

const instrumentation = new OpenAIInstrumentation();
registerInstrumentations({ tracerProvider, instrumentations: [instrumentation] });
if (process.env.REPAIR === 'yes') instrumentation.manuallyInstrument(OpenAI);
await call(OpenAI);
