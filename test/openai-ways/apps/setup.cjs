// An app's own set-up for `--require`.
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { OpenAIInstrumentation } = require('@userspan/openai');
const { tracerProvider } = require('./spans.mjs');

registerInstrumentations({ tracerProvider, instrumentations: [new OpenAIInstrumentation()] });
