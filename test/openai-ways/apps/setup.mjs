// An app's own set-up for `--import`: the loader hook of OpenTelemetry, then the instrumentation.
import { register } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OpenAIInstrumentation } from '@userspan/openai';
import { tracerProvider } from './spans.mjs';

// Without a list the hook wraps every module, and openai 4 cannot bear that.
const include = ['openai', 'openai4', 'openai5', 'openai6', 'openai7'];
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, { data: { include } });
registerInstrumentations({ tracerProvider, instrumentations: [new OpenAIInstrumentation()] });
