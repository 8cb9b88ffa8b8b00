// An app's own set-up with a hook for every module, except for files of openai 4 that do not support it.
import { register } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OpenAIInstrumentation } from '@userspan/openai';
import { tracerProvider } from './spans.mjs';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, {
  data: { exclude: [/openai[\\/]_shims[\\/]/] },
});
registerInstrumentations({ tracerProvider, instrumentations: [new OpenAIInstrumentation()] });
