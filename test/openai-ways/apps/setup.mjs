// An app's own set-up for `--import`: the instrumentation, which brings its own loader hook.
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OpenAIInstrumentation } from '@userspan/openai';
import { tracerProvider } from './spans.mjs';

registerInstrumentations({ tracerProvider, instrumentations: [new OpenAIInstrumentation()] });
