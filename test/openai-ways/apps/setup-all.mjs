// An app's own set-up where the hook has to see every module: but for the files of openai 4 that cannot bear it.
import { register } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OpenAIInstrumentation } from '@userspan/openai';
import { tracerProvider } from './spans.mjs';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, {
  data: { exclude: [/openai[\\/]_shims[\\/]/] },
});
registerInstrumentations({ tracerProvider, instrumentations: [new OpenAIInstrumentation()] });
